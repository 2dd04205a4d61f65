//go:build !windows

package forward

import (
	"os/exec"
	"syscall"
)

// DefaultShell runs a command line.
func DefaultShell() []string { return []string{"sh", "-c"} }

// endWhole makes the end of a command reach everything that its shell has started.
func endWhole(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM) }
}
