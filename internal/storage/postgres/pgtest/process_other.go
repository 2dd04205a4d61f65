//go:build !unix

package pgtest

import "syscall"

// credential is the user that a process runs as. On this system a process runs as its parent does.
type credential struct{}

func detached(*credential) *syscall.SysProcAttr { return nil }

// unprivileged refuses to start a server: the shell that ends it is missing on this system.
func unprivileged(string) (*credential, error) { return nil, errMissing }
