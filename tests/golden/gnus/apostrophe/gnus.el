;; Made by mailgen.
(load "gnutls" nil t)
(require 'smtpmail)
(require 'ietf-drums)
(setq gnus-select-method '(nnnil ""))
(setq gnutls-verify-error t)
(setq user-mail-address "o'brien+tag@sohu.com")
(setq user-full-name "Pat O'Brien")

;; Mail of o-brien-tag-sohu.com
(add-to-list 'gnus-secondary-select-methods
             '(nnimap "o-brien-tag-sohu.com"
                      (nnimap-address "imap.sohu.com")
                      (nnimap-server-port 993)
                      (nnimap-user "o'brien+tag@sohu.com")
                      (nnimap-stream ssl))
             t)

;; Mail leaves through the server of the address that it is from, and through no other.
(setq mailgen-smtp-servers
      '(
        ("o'brien+tag@sohu.com" "smtp.sohu.com" 465 ssl "o'brien+tag@sohu.com")
       ))
(defun mailgen-send-it ()
  (let* ((from (save-restriction
                 (message-narrow-to-headers-or-head)
                 (car (ietf-drums-parse-address (or (message-fetch-field "From") "")))))
         (server (assoc-string (or from "") mailgen-smtp-servers t))
         (smtpmail-smtp-server (nth 1 server))
         (smtpmail-smtp-service (nth 2 server))
         (smtpmail-stream-type (nth 3 server))
         (smtpmail-smtp-user (nth 4 server))
         (smtpmail-servers-requiring-authorization "."))
    (unless server
      (user-error "No account sends mail from %s" from))
    (smtpmail-send-it)))
(setq message-send-mail-function 'mailgen-send-it)
