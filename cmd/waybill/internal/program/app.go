package program

import (
	"context"
	"crypto/x509"
	"io"

	"github.com/waybillhq/waybill/cmd/waybill/internal/terminal"
	"github.com/waybillhq/waybill/internal/access"
	"github.com/waybillhq/waybill/internal/service"
)

// App is what commands that have a room of their own need of the program. All of it is needed.
type App struct {
	// Open lets work be done with the data directory.
	Open func(ctx context.Context, work func(*service.Service) error) error
	// Forgetful lets work be done with a data directory of its own, which is gone afterwards. The authorities are
	// trusted besides the system's.
	Forgetful func(ctx context.Context, authorities *x509.CertPool, work func(*service.Service) error) error
	// Data is the data directory; empty where the configuration cannot be read.
	Data func() string
	// In is the standard input.
	In io.Reader
	// Caller is the person at the command line.
	Caller func() access.Caller
	// JSON says that results are printed as JSON, PrintJSON does so, PrintJSONLine prints one of a stream.
	JSON                     func() bool
	PrintJSON, PrintJSONLine func(value any) error
	// Say prints a line of a result, Note one that is none, Table and Facts print more than a line.
	Say, Note func(format string, args ...any)
	Table     func(columns []terminal.Column, rows [][]string)
	Facts     func(pairs ...[2]string)
	// Out and Err are the terminals that results and notes go to.
	Out, Err func() terminal.Terminal
	// Exit is the error of a command that has done its work and tells its outcome by an exit status.
	Exit func(status int) error
}

// Must reports a mistake in the program itself: a flag named that was not declared. It cannot depend on what the user
// types.
func Must(err error) {
	if err != nil {
		panic(err)
	}
}
