package problem

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"strconv"
	"strings"
	"syscall"
)

// Reason says in plain words why something failed of which a library has told: without its name, and without repeating
// what was tried.
func Reason(err error) string {
	for _, known := range []func(error) string{reasonOfJSON, reasonOfNetwork, reasonOfFile} {
		if says := known(err); says != "" {
			return says
		}
	}
	return strings.TrimSpace(err.Error())
}

func reasonOfJSON(err error) string {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax) && strings.Contains(syntax.Error(), "unexpected end"),
		errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return "it breaks off before its end"
	case errors.As(err, &syntax) && strings.Contains(syntax.Error(), "max depth"):
		return "it is nested too deeply"
	case strings.Contains(err.Error(), "json: unknown field "):
		_, name, _ := strings.Cut(err.Error(), "json: unknown field ")
		return "nothing is called " + name + " there"
	case errors.As(err, &syntax):
		found, _, _ := strings.Cut(strings.TrimPrefix(syntax.Error(), "invalid character "), " ")
		return fmt.Sprintf("%s at byte %d does not belong there", found, syntax.Offset)
	case errors.As(err, &kind) && kind.Field != "":
		return fmt.Sprintf("%s cannot be a %s", kind.Field, kind.Value)
	case errors.As(err, &kind):
		return "it is a " + kind.Value
	}
	return ""
}

func reasonOfNetwork(err error) string {
	var address *net.AddrError
	var dns *net.DNSError
	switch {
	case errors.As(err, &dns) && strings.HasPrefix(dns.Err, "unknown port"), errors.As(err, &dns) && dns.Name == "":
		return "the port must be a number"
	case errors.As(err, &dns) && dns.IsNotFound:
		return "there is no host of that name"
	case errors.As(err, &dns) && dns.IsTimeout:
		return "its name could not be looked up in time"
	case errors.As(err, &dns):
		return "its name could not be looked up"
	case errors.As(err, &address) && strings.HasPrefix(address.Err, "missing port"):
		return "it has no port"
	case errors.As(err, &address):
		return "it is no address with a port from 0 to 65535"
	}
	for _, is := range []struct {
		number syscall.Errno
		says   string
	}{
		{syscall.EADDRINUSE, "something else listens there"},
		{syscall.EADDRNOTAVAIL, "this machine has no such address"},
		{syscall.ECONNREFUSED, "the connection was refused"},
		{syscall.ECONNRESET, "the connection was cut off"},
		{syscall.EHOSTUNREACH, "there is no way to that host"},
		{syscall.ENETUNREACH, "there is no way to that network"},
	} {
		if errors.Is(err, is.number) {
			return is.says
		}
	}
	if op, ok := errors.AsType[*net.OpError](err); ok && op.Op == "listen" {
		if errors.Is(err, fs.ErrPermission) {
			return "this user may not listen there"
		}
		return op.Err.Error()
	}
	return ""
}

func reasonOfFile(err error) string {
	var number *strconv.NumError
	if errors.As(err, &number) {
		return fmt.Sprintf("%q is not a number", number.Num)
	}
	if path, ok := errors.AsType[*fs.PathError](err); ok {
		return path.Err.Error()
	}
	return ""
}
