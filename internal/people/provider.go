package people

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/netip"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"github.com/waybillhq/waybill/internal/access"
	"github.com/waybillhq/waybill/internal/people/internal/secret"
	"github.com/waybillhq/waybill/internal/storage"
)

// Provider is a provider of OpenID Connect that signs people in. Without an issuer there is none.
type Provider struct {
	// Issuer is the address of the provider; ClientID and ClientSecret are who we are there.
	Issuer, ClientID, ClientSecret string
	// Name is how people know it.
	Name string
	// NewUsers is the role of people whom the provider knows and nobody has invited; empty lets none of them in.
	NewUsers access.Role
}

const (
	purposeProvider = "provider"
	providerWithin  = 10 * time.Minute
	// askProviderWithin is how long the provider may take to answer.
	askProviderWithin = 15 * time.Second
)

// discovery is how the provider describes itself. It is asked when it is first needed, and again where that failed.
type discovery struct {
	mu    sync.Mutex
	known *oidc.Provider
}

// ProviderName is how people know the provider; empty where there is none.
func (k *Keeper) ProviderName() string {
	if k.opts.Provider.Issuer != "" && k.opts.Provider.Name == "" {
		return "single sign-on"
	}
	return k.opts.Provider.Name
}

// asks is a context in which the provider is asked by our means.
func (k *Keeper) asks(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx = oidc.ClientContext(ctx, &http.Client{Transport: k.opts.Transport, Timeout: askProviderWithin})
	return context.WithTimeout(ctx, askProviderWithin)
}

// speaks is how we talk to the provider.
func (k *Keeper) speaks(ctx context.Context, back string) (*oidc.Provider, *oauth2.Config, error) {
	p := k.opts.Provider
	if p.Issuer == "" {
		return nil, nil, noProvider()
	}
	k.provider.mu.Lock()
	defer k.provider.mu.Unlock()
	if k.provider.known == nil {
		known, err := oidc.NewProvider(ctx, p.Issuer)
		if err != nil {
			return nil, nil, providerFailed(err)
		}
		k.provider.known = known
	}
	return k.provider.known, &oauth2.Config{ClientID: p.ClientID, ClientSecret: p.ClientSecret, RedirectURL: back,
		Endpoint: k.provider.known.Endpoint(), Scopes: []string{oidc.ScopeOpenID, "email", "profile"}}, nil
}

// BeginProvider begins to sign somebody in by the provider: at an address of the provider's, from where the browser
// comes back to ours. Bears is what it shows there. The error is a problem of code sign_in_refused or route_not_found.
func (k *Keeper) BeginProvider(ctx context.Context, back string, from netip.Addr) (address, bears string, err error) {
	ctx, cancel := k.asks(ctx)
	defer cancel()
	_, config, err := k.speaks(ctx, back)
	if err != nil {
		return "", "", err
	}
	if err := k.mayTry(ctx, stepsOf(from)); err != nil {
		return "", "", err
	}
	if bears, err = k.ticket(ctx, storage.Ticket{Purpose: purposeProvider}, providerWithin); err != nil {
		return "", "", err
	}
	return config.AuthCodeURL(secret.Derived(bears, "state"), oidc.Nonce(secret.Derived(bears, "nonce")),
		oauth2.S256ChallengeOption(secret.Derived(bears, "verifier"))), bears, nil
}

// Returned is with what the provider sends a browser back.
type Returned struct{ State, Code, Error string }

// SignInProvider ends a sign-in by the provider, and gives what the browser bears from now on. The error is a problem
// of code sign_in_refused or link_invalid.
func (k *Keeper) SignInProvider(ctx context.Context, back, bears string, r Returned, in Browser) (string, error) {
	if _, err := k.look(ctx, bears, purposeProvider); err != nil {
		return "", err
	}
	if _, err := k.take(ctx, bears, purposeProvider); err != nil {
		return "", err
	}
	if r.State != secret.Derived(bears, "state") {
		return "", linkInvalid()
	}
	if r.Error != "" {
		return "", providerFailed(errors.New("it says " + shortened(r.Error)))
	}
	who, err := k.identity(ctx, back, bears, r.Code)
	if err != nil {
		return "", err
	}
	u, err := k.userOf(ctx, who)
	if err != nil {
		return "", err
	}
	return k.signedIn(ctx, u.ID, byProvider, in)
}

// identity is somebody as the provider knows them.
type identity struct {
	subject, email, name string
	verified             bool
}

// identity exchanges a code for who it stands for.
func (k *Keeper) identity(ctx context.Context, back, bears, code string) (who identity, err error) {
	ctx, cancel := k.asks(ctx)
	defer cancel()
	provider, config, err := k.speaks(ctx, back)
	if err != nil {
		return who, err
	}
	answer, err := config.Exchange(ctx, code, oauth2.VerifierOption(secret.Derived(bears, "verifier")))
	if err != nil {
		return who, k.notExchanged(ctx, err)
	}
	raw, _ := answer.Extra("id_token").(string)
	token, err := provider.VerifierContext(ctx, &oidc.Config{ClientID: k.opts.Provider.ClientID, Now: k.opts.Now}).
		Verify(ctx, raw)
	if err != nil {
		return who, providerFailed(err)
	}
	if token.Nonce != secret.Derived(bears, "nonce") {
		return who, providerFailed(errors.New("its answer is one to another question"))
	}
	var claims struct {
		Email    string          `json:"email"`
		Name     string          `json:"name"`
		Verified json.RawMessage `json:"email_verified"` // some write "true"
	}
	if err := token.Claims(&claims); err != nil {
		return who, providerFailed(err)
	}
	verified := string(claims.Verified)
	return identity{subject: token.Issuer + " " + token.Subject, email: tidy(claims.Email), name: claims.Name,
		verified: verified == "true" || verified == `"true"`}, nil
}

// notExchanged says that the provider gave nothing for a code, without what it was asked with: that holds our secret.
func (k *Keeper) notExchanged(ctx context.Context, err error) error {
	said := "it does not answer"
	var refused *oauth2.RetrieveError
	if errors.As(err, &refused) {
		said = "it refuses the code: " + refused.ErrorCode
	}
	k.opts.Logger.WarnContext(ctx, "the provider that signs people in did not", "said", said)
	return providerFailed(errors.New(said))
}

// userOf finds the user that an identity is of: by whom the provider named before, else by an address that it has
// verified. Who nobody has invited becomes a user where that is wanted.
func (k *Keeper) userOf(ctx context.Context, who identity) (storage.User, error) {
	u, err := k.Database.UserBySubject(ctx, who.subject)
	if err == nil || !errors.Is(err, storage.ErrNotFound) {
		return u, err
	}
	if !who.verified {
		return u, providerUnverified()
	}
	u, err = k.Database.UserByEmail(ctx, who.email)
	switch {
	case err == nil && u.Subject != "":
		return u, providerUnknown() // somebody else has this address at the provider now
	case err == nil:
		return u, k.change(ctx, u.ID, func(tx storage.Tx, now *storage.User) error {
			now.Subject = who.subject
			return tx.SaveUser(ctx, *now)
		})
	case !errors.Is(err, storage.ErrNotFound):
		return u, err
	case k.opts.Provider.NewUsers == "":
		return u, providerUnknown()
	}
	u = storage.User{Email: who.email, Name: who.name, Role: string(k.opts.Provider.NewUsers), Subject: who.subject,
		CreatedBy: "provider"}
	if checkUser(u) != nil {
		u.Name = ""
	}
	if err := checkUser(u); err != nil {
		return u, err
	}
	err = k.Database.Within(ctx, func(tx storage.Tx) error {
		u, err = tx.AddUser(ctx, u)
		return err
	})
	if errors.Is(err, storage.ErrExists) { // another browser of the same person was quicker
		return k.Database.UserBySubject(ctx, who.subject)
	}
	return u, err
}
