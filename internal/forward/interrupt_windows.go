package forward

import "os/exec"

// DefaultShell runs a command line.
func DefaultShell() []string { return []string{"cmd", "/c"} }

// endWhole ends the shell: Windows has no way to ask what it has started.
func endWhole(cmd *exec.Cmd) {
	cmd.Cancel = func() error { return cmd.Process.Kill() }
}
