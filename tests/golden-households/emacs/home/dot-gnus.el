;; Made by mailgen.
(load "gnutls" nil t)
(require 'smtpmail)
(require 'ietf-drums)
(setq gnutls-verify-error t)
(setq user-mail-address "ada@qq.com")
(setq user-full-name "Ada \"O'Brien\"")

;; Mail of a.b
(add-to-list 'gnus-secondary-select-methods
             '(nnimap "a.b"
                      (nnimap-address "imap.qq.com")
                      (nnimap-server-port 993)
                      (nnimap-user "ada@qq.com")
                      (nnimap-stream ssl))
             t)
(add-to-list 'gnus-posting-styles
             '((string-prefix-p "nnimap+a.b:" (or gnus-newsgroup-name ""))
               (name "Ada \"O'Brien\"")
               ("Reply-To" "o'brien@sohu.com")
               (address "ada@qq.com"))
             t)
;; Your own lines:
  (setq gnus-fetch-old-headers 'some)

;; Mail of a-b
(add-to-list 'gnutls-trustfiles "/etc/my ca.pem")
(add-to-list 'gnus-secondary-select-methods
             '(nnimap "a-b"
                      (nnimap-address "imap.lab.example")
                      (nnimap-server-port 143)
                      (nnimap-user "ada@outlook.jp")
                      (nnimap-stream starttls))
             t)
(add-to-list 'gnus-posting-styles
             '((string-prefix-p "nnimap+a-b:" (or gnus-newsgroup-name ""))
               (signature-file "~/.my signature")
               (address "ada@outlook.jp"))
             t)

;; Mail leaves through the server of the address that it is from, and through no other.
(setq mailgen-smtp-servers
      '(
        ("ada@qq.com" "smtp.qq.com" 465 ssl "ada@qq.com")
        ("ada@outlook.jp" "smtp.lab.example" 587 starttls "ada@outlook.jp")
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
