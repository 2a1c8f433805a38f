;;; slugline in a real Emacs, by the configuration in docs/editors.md.  -*- lexical-binding: t -*-
;; tests/editors/emacs starts this after that configuration, in batch mode.
;; Environment: VAULT, a copy of seeds/ to work in.

(require 'eglot)
(require 'flymake)
(require 'xref)
(setq make-backup-files nil
      auto-save-default nil
      create-lockfiles nil
      eglot-confirm-server-initiated-edits nil)

(defvar vault (file-name-as-directory (file-truename (getenv "VAULT"))))
(defvar patience 120)
(defvar checks 0)
(defvar failures 0)

(defun check (name ok seen)
  (setq checks (1+ checks))
  (unless ok (setq failures (1+ failures)))
  (princ (format "%s %d - %s%s\n" (if ok "ok" "not ok") checks name (if ok "" (format "\n  # %S" seen)))))

(defun wait (happens)
  "Waits until HAPPENS gives something, and gives that; nil when patience ends."
  (let ((end (+ (float-time) patience)) it)
    (while (and (not (setq it (funcall happens))) (< (float-time) end))
      ;; Not accept-process-output: what changes on disk comes as an event.
      (read-event nil nil 0.02))
    it))

(defun open (path)
  "Shows a note of the vault in the window: Eglot hovers nowhere else."
  (switch-to-buffer (find-file-noselect (expand-file-name path vault)))
  ;; eglot-ensure waits for the end of a command, and there are none in batch mode.
  (run-hooks 'post-command-hook)
  (wait #'eglot-managed-p))

(defun at (text)
  (goto-char (point-min))
  (search-forward text))

(defun findings ()
  (mapcar (lambda (it) (cons (buffer-substring-no-properties (flymake-diagnostic-beg it) (flymake-diagnostic-end it))
                             (flymake-diagnostic-text it)))
          (flymake-diagnostics)))

(defun finds (expected)
  "Waits until the findings are those on EXPECTED, a list of texts in the note."
  ;; What idle timers do where somebody types.
  (eglot--signal-textDocument/didChange)
  (flymake-start)
  (wait (lambda () (equal (mapcar #'car (findings)) expected))))

(defun hover ()
  (let (shown)
    (eglot-hover-eldoc-function (lambda (text &rest _) (setq shown (substring-no-properties text))))
    (wait (lambda () shown))))

(defun note ()
  (open "tidewise/tidal_bulge.md")
  (check "Eglot attaches by itself" (eglot-managed-p) major-mode)
  (check "to the vault" (equal (file-truename (project-root (eglot--project (eglot-current-server)))) vault)
         (eglot--project (eglot-current-server)))
  (check "Flymake shows the broken link" (finds '("spring_and_neap_tide")) (findings))

  (at "[[reson")
  (let ((shown (hover)))
    (check "hover shows the note" (string-match-p "Resonance in a bay" (or shown "")) shown))
  (at "[[reson")
  (call-interactively #'xref-find-definitions)
  (check "jump" (wait (lambda () (equal buffer-file-name (expand-file-name "tidewise/resonance.md" vault)))) buffer-file-name))

(defun fixing ()
  (open "tidewise/tidal_bulge.md")
  (at "[[spring_and_neap_tide")
  (insert "s")
  (check "fixed as it is typed" (finds nil) (findings))
  (delete-char -1)
  ;; What was edited last is judged when it is saved.
  (let ((make-backup-files nil)) (save-buffer))
  (check "and back" (finds '("spring_and_neap_tide")) (findings))
  (let ((last-nonmenu-event ?x) ; or the choices would be a menu of the mouse
        offered)
    (cl-letf (((symbol-function 'completing-read)
               (lambda (_ choices &rest _)
                 (setq offered (all-completions "" choices))
                 (seq-find (lambda (it) (string-match-p "spring_and_neap_tides" it)) offered))))
      (backward-char)
      (call-interactively #'eglot-code-actions))
    (check "a quick fix fixes it" (finds nil) (list offered (findings))))
  (set-buffer-modified-p nil)
  (revert-buffer t t)
  (check "the note as it was has it again" (finds '("spring_and_neap_tide")) (findings))

  (let ((missing (expand-file-name "tidewise/spring_and_neap_tide.md" vault)))
    (call-process "touch" nil nil nil missing)
    (check "fixed by a note made elsewhere" (finds nil) (findings))
    (delete-file missing)
    (check "and back when it is gone" (finds '("spring_and_neap_tide")) (findings))))

(defun completion ()
  (open "index.md")
  (goto-char (point-max))
  (insert "\n[[tide")
  (call-interactively (key-binding (kbd "C-M-i")))
  (let ((menu (wait (lambda () (get-buffer "*Completions*")))) offered)
    (with-selected-window (get-buffer-window menu)
      (setq offered (buffer-string))
      (check "completion offers the note" (string-match-p "Tide prediction" offered) offered)
      (at "Tide pred")
      (choose-completion)))
  (let ((line (buffer-substring (line-beginning-position) (line-end-position))))
    ;; The style is what the configuration sets.
    (check "and writes the link" (equal line "[[Tide prediction]]") line))
  (set-buffer-modified-p nil)
  (revert-buffer t t))

(defun settings ()
  (open "tidewise/tidal_bulge.md")
  (check "a finding to switch off" (finds '("spring_and_neap_tide")) (findings))
  (setq-default eglot-workspace-configuration '(:slugline (:severity (:broken-link "off"))))
  (eglot-signal-didChangeConfiguration (eglot-current-server))
  (check "a setting takes effect at once" (finds nil) (findings)))

(defun end ()
  (let ((server (eglot-current-server)))
    (eglot-shutdown server)
    (check "the server ends" (wait (lambda () (not (jsonrpc-running-p server)))) server)))

(condition-case trouble
    (progn (note) (fixing) (completion) (settings) (end))
  (error (check "the script runs to its end" nil trouble)))
(princ (format "1..%d\n" checks))
(kill-emacs (if (= failures 0) 0 1))
