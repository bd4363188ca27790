;;; emacs -Q --batch -l BLOCK -l test.el DIRECTORY: findings, hover and completion as Eglot has them  -*- lexical-binding: t -*-
(require 'eglot)
(require 'flymake)
(setq eglot-sync-connect 20 eglot-send-changes-idle-time 0.05)

(defun wait-for (what condition)
  "Wait until CONDITION gives something, and give that; WHAT is what we wait for."
  (let ((end (+ (float-time) 20)) found)
    (while (not (or (setq found (funcall condition)) (> (float-time) end)))
      (accept-process-output nil 0.05))
    (unless found
      (message "FAIL: waited in vain for %s" what)
      (kill-emacs 1))
    (message "ok   %s" what)
    found))

(defun findings ()
  "What is wrong in this buffer, one text each."
  (flymake-start)
  (mapcar #'flymake-diagnostic-text (flymake-diagnostics)))

(defun visit (name)
  "Open a file, as a person would, and wait for the server."
  (find-file name)
  ;; In batch mode there is no command after which it would connect by itself.
  (run-hooks 'post-command-hook)
  (unless (eglot-current-server) (apply #'eglot (eglot--guess-contact)))
  (wait-for (format "the server attaches to %s" (file-name-nondirectory name)) #'eglot-current-server)
  (flymake-mode 1))

(let ((directory (file-name-as-directory (pop command-line-args-left))))
  (visit (concat directory "massdriver.yaml"))
  (unless (eq major-mode 'massdriver-mode) (error "The mode is %s" major-mode))
  (wait-for "a finding"
            (lambda () (seq-find (lambda (text) (string-match-p "`int` is not a type" text)) (findings))))

  (goto-char (point-min))
  (search-forward "provis")
  (let (shown)
    (eglot-hover-eldoc-function (lambda (text &rest _) (setq shown text)))
    (wait-for "a hover" (lambda () (and shown (string-match-p "The tool that runs the code" shown)))))

  (goto-char (point-min))
  (search-forward "provisioner: ")
  (wait-for "completion"
            (lambda () (member "opentofu" (mapcar (lambda (one) (string-trim (substring-no-properties one)))
                                                  (all-completions "" (nth 2 (eglot-completion-at-point)))))))

  (search-forward "type: int")
  (insert "eger")
  ;; Sent when Emacs is idle, which it never is in batch mode.
  (eglot--signal-textDocument/didChange)
  (wait-for "the finding goes once it is fixed"
            (lambda () (not (seq-find (lambda (text) (string-match-p "not a type" text)) (findings)))))

  (visit (concat directory "src/artifact_bucket.jq"))
  (wait-for "a finding in a program" #'findings)

  (find-file (concat directory "other.yaml"))
  (when (provided-mode-derived-p major-mode 'massdriver-mode) (error "Other YAML is served"))
  (message "ok   other YAML is left alone")
  (eglot-shutdown-all))
