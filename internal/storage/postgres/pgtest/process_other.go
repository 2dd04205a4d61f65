//go:build !unix

package pgtest

import "syscall"

// credential is the user that a process runs as. On this system a process runs as its parent does.
type credential struct{}

func detached(*credential) *syscall.SysProcAttr { return nil }

// unprivileged ends every test that needs a server: it is ended by a shell, which is not there.
func unprivileged(string) (*credential, error) { return nil, errMissing }
