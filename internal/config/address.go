package config

import (
	"fmt"
	"log/slog"
	"net/url"
)

// Address is the address of a database. It may hold a password, so printing, logging and JSON show it without the
// password. [Address.Reveal] returns the whole address.
type Address string

// Reveal returns the address with its password, for opening a connection.
func (a Address) Reveal() string { return string(a) }

// String returns the address without its password and its parameters, of which one may be a password too.
func (a Address) String() string {
	if a == "" {
		return ""
	}
	u, err := url.Parse(string(a))
	if err != nil || u.Host == "" && u.Path == "" {
		return "(an address that cannot be read)"
	}
	shown := url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path}
	if u.User != nil {
		shown.User = url.User(u.User.Username())
	}
	return shown.String()
}

// Format keeps every verb from showing more than [Address.String].
func (a Address) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(a.String())) }

// LogValue returns what [Address.String] does.
func (a Address) LogValue() slog.Value { return slog.StringValue(a.String()) }

// MarshalText returns what [Address.String] does.
func (a Address) MarshalText() ([]byte, error) { return []byte(a.String()), nil }
