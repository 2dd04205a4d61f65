package service

import (
	"cmp"
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"strings"

	"github.com/waybillhq/waybill/internal/access"
	"github.com/waybillhq/waybill/internal/people"
	"github.com/waybillhq/waybill/internal/shop"
	"github.com/waybillhq/waybill/internal/storage"
)

// people are those who may sign in, as it is configured.
func (a *Asker) people(db storage.Database, keeper *access.Keeper) (*people.Keeper, error) {
	cfg := a.opts.Config.SignIn
	role := access.Role(cfg.NewUsers)
	if cfg.NewUsers == "none" {
		role = ""
	}
	authorities, err := shop.Authorities(a.opts.shop())
	if err != nil {
		return nil, err
	}
	// It is one, by its documentation.
	transport := http.DefaultTransport.(*http.Transport).Clone() //nolint:forcetypeassert
	transport.TLSClientConfig = &tls.Config{RootCAs: authorities, MinVersion: tls.VersionTLS12}
	return people.New(people.Parts{Database: db, Keys: a.shops.Keys(), Access: keeper}, people.Options{
		Logger: a.opts.Logger, Now: a.opts.Now, Idle: cfg.Idle, Longest: cfg.Longest,
		Second: people.Second(cfg.SecondFactor), Transport: transport,
		Provider: people.Provider{Issuer: cfg.Issuer, ClientID: cfg.ClientID,
			ClientSecret: a.opts.Getenv("WAYBILL_OPENID_SECRET"), Name: cfg.Provider, NewUsers: role},
	}), nil
}

// PageURL is the address of a page for people: as it is configured, else where this process listens, else where one
// with this configuration would.
func (s *Service) PageURL(path string) string {
	if base := s.configuredURL(); base != "" {
		return base + path
	}
	at := s.Listening()
	if at == "" {
		at = s.opts.Config.Serve.Listen
	}
	host, port, err := net.SplitHostPort(at)
	if err != nil {
		return path // it listens nowhere
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && (ip.IsUnspecified() || ip.IsLoopback()) {
		host = "localhost" // browsers make passkeys for a name alone
	}
	return "http://" + net.JoinHostPort(host, port) + path
}

// configuredURL is the address under which people open the dashboard; empty where none is configured.
func (s *Service) configuredURL() string {
	cfg := s.opts.Config
	return strings.TrimRight(cmp.Or(cfg.SignIn.URL, cfg.Serve.PublicURL), "/")
}

// Welcome is where the pages of links are.
const Welcome = "/welcome/"

// FirstLink is the address at which the first administrator comes in; empty where there is a user already.
func (s *Service) FirstLink(ctx context.Context) (string, error) {
	link, err := s.People.First(ctx)
	if err != nil || link == "" {
		return "", err
	}
	return s.PageURL(Welcome + link), nil
}

// InviteUser makes a user, and gives the address at which the user comes in.
func (s *Service) InviteUser(
	ctx context.Context, by access.Caller, who people.Invited,
) (u storage.User, link string, err error) {
	u, link, err = s.People.Invite(ctx, by, who)
	return u, s.PageURL(Welcome + link), err
}

// ResetUser forgets by what a user signs in, and gives the address at which a new password is set.
func (s *Service) ResetUser(
	ctx context.Context, by access.Caller, email string,
) (u storage.User, link string, err error) {
	u, link, err = s.People.Reset(ctx, by, email)
	return u, s.PageURL(Welcome + link), err
}
