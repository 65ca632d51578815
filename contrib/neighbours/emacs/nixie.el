;;; nixie.el --- bounced mail of notmuch, explained by nixie  -*- lexical-binding: t; -*-
;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:
;; With (load "/usr/share/doc/nixie/neighbours/emacs/nixie") in your init file, in notmuch's buffers
;; `C-c b' opens the bounce at point in nixie, in a terminal of Emacs, and `C-c w' shows in a buffer
;; why it bounced, who acts first and what to do.

;;; Code:
(require 'term)
(require 'notmuch)

(defgroup nixie nil "Bounced mail, explained." :group 'notmuch)

(defcustom nixie-program "nixie" "What is run." :type 'string)

(defun nixie--query ()
  "The message or thread at point, as a query."
  (or (cond ((derived-mode-p 'notmuch-show-mode) (notmuch-show-get-message-id))
            ((derived-mode-p 'notmuch-tree-mode) (notmuch-tree-get-message-id))
            ((derived-mode-p 'notmuch-search-mode) (notmuch-search-find-thread-id)))
      (user-error "There is no message at point; go to one in a buffer of notmuch")))

(defun nixie-open ()
  "Open the bounce at point in nixie."
  (interactive)
  (let ((query (nixie--query))
        (name (generate-new-buffer-name "nixie")))
    (set-buffer (make-term name nixie-program nil "tui" "--" query))
    (term-mode)
    (term-char-mode)
    (set-process-sentinel (get-buffer-process (current-buffer)) #'nixie--ended)
    (switch-to-buffer (current-buffer))))

(defun nixie--ended (process event)
  "Close the terminal of PROCESS when nixie is left; what EVENT says of a failure stays to be read."
  (when (and (memq (process-status process) '(exit signal))
             (buffer-live-p (process-buffer process)))
    (if (zerop (process-exit-status process))
        (kill-buffer (process-buffer process))
      (term-sentinel process event))))

(defun nixie-why ()
  "Show why the mail at point bounced."
  (interactive)
  (let ((query (nixie--query)))
    (with-help-window "*nixie*"
      (with-current-buffer "*nixie*"
        (call-process nixie-program nil t nil "show" "--" query)))))

(dolist (map (list notmuch-show-mode-map notmuch-search-mode-map notmuch-tree-mode-map))
  (define-key map (kbd "C-c b") #'nixie-open)
  (define-key map (kbd "C-c w") #'nixie-why))

(provide 'nixie)
;;; nixie.el ends here
