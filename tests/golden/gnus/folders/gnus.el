;; Made by mailgen.
(load "gnutls" nil t)
(require 'smtpmail)
(require 'ietf-drums)
(setq gnus-select-method '(nnnil ""))
(setq gnutls-verify-error t)
(setq user-mail-address "user@sohu.com")

;; Mail of user-sohu.com
(add-to-list 'gnus-secondary-select-methods
             '(nnimap "user-sohu.com"
                      (nnimap-address "imap.sohu.com")
                      (nnimap-server-port 993)
                      (nnimap-user "user@sohu.com")
                      (nnimap-stream ssl))
             t)

;; Mail leaves through the server of the address that it is from, and through no other.
(setq mailgen-smtp-servers
      '(
        ("user@sohu.com" "smtp.sohu.com" 465 ssl "user@sohu.com")
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
