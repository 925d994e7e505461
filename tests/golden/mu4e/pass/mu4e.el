;; Made by mailgen.
(require 'mu4e)
(require 'smtpmail)
(require 'gnutls)
(setq gnutls-verify-error t)
(setq mail-user-agent 'mu4e-user-agent)
(setq mu4e-get-mail-command "true")
(setq mu4e-update-interval 300)
(setq mu4e-change-filenames-when-moving t)
(defconst mailgen-mail-root "~/Mail")
(defun mailgen-mail-folder (maildir name)
  (concat "/" (file-relative-name (expand-file-name name maildir) mailgen-mail-root)))
(defun mailgen-mail-is-in (msg maildir)
  (and msg
       (string-prefix-p (concat (mailgen-mail-folder maildir "") "/")
                        (concat (mu4e-message-field msg :maildir) "/"))))
(setq mu4e-context-policy 'pick-first)
(setq mu4e-contexts
      (list

       ;; Mail of user-qq.com
       (make-mu4e-context
        :name "user-qq.com"
        :vars
        (list
         (cons 'user-full-name "")
         (cons 'mail-default-reply-to nil)
         (cons 'message-signature nil)
         (cons 'user-mail-address "user@qq.com")))
       ))

;; Mail leaves through the server or the program of the address that it is from, and through no other.
(setq mailgen-mail-ways
      '(
        ("user@qq.com" "smtp.qq.com" 465 ssl "user@qq.com")
       ))
(defun mailgen-mail-send-it ()
  (let* ((from (save-restriction
                 (message-narrow-to-headers-or-head)
                 (car (ietf-drums-parse-address (or (message-fetch-field "From") "")))))
         (way (assoc-string (or from "") mailgen-mail-ways t))
         (sendmail-program (car-safe (nth 1 way)))
         (message-sendmail-extra-arguments (cdr-safe (nth 1 way)))
         (message-sendmail-f-is-evil t)
         (smtpmail-smtp-server (nth 1 way))
         (smtpmail-smtp-service (nth 2 way))
         (smtpmail-stream-type (nth 3 way))
         (smtpmail-smtp-user (nth 4 way))
         (smtpmail-servers-requiring-authorization "."))
    (unless way
      (user-error "No account sends mail from %s" from))
    (if sendmail-program (message-send-mail-with-sendmail) (smtpmail-send-it))))
(setq message-send-mail-function 'mailgen-mail-send-it)
