//go:build !unix

package pgtest

import "syscall"

// credential is who a process runs as: nobody else, here.
type credential struct{}

func detached(*credential) *syscall.SysProcAttr { return nil }

// unprivileged ends every test that needs a server: it is ended by a shell, which is not there.
func unprivileged(string) (*credential, error) { return nil, errMissing }
