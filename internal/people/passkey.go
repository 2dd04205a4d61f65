package people

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"net"
	"net/netip"
	"strings"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"github.com/waybillhq/waybill/internal/storage"
)

const (
	purposePasskey       = "passkey set-up"
	purposePasskeySignIn = "passkey"
	passkeyWithin        = 5 * time.Minute
)

// Site is the server as browsers see it. A passkey belongs to a name: devices give none of another one away, whatever a
// page says, so the name may come from the browser.
type Site struct {
	// Host is the name with the port.
	Host string
}

// name is the name without the port; empty where it is none that a passkey can belong to.
func (s Site) name() string {
	host := s.Host
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	if _, err := netip.ParseAddr(strings.Trim(host, "[]")); err == nil {
		return ""
	}
	return strings.ToLower(host)
}

// HasPasskeys says whether browsers make passkeys for the server as they see it.
func (s Site) HasPasskeys() bool { return s.name() != "" }

// ceremonies speaks WebAuthn for a site.
func ceremonies(s Site) (*webauthn.WebAuthn, error) {
	name := s.name()
	if name == "" {
		return nil, noPasskeysHere()
	}
	origins := []string{"https://" + s.Host}
	if name == "localhost" || strings.HasSuffix(name, ".localhost") {
		origins = append(origins, "http://"+s.Host)
	}
	made, err := webauthn.New(&webauthn.Config{RPID: name, RPDisplayName: Issuer, RPOrigins: origins,
		AttestationPreference: protocol.PreferNoAttestation})
	if err != nil {
		return nil, noPasskeysHere()
	}
	return made, nil
}

// owner is a user as WebAuthn wants one.
type owner struct {
	user storage.User
	keys []webauthn.Credential
}

// WebAuthnID is by what a device knows the user.
func (o owner) WebAuthnID() []byte {
	return binary.BigEndian.AppendUint64([]byte("waybill "), uint64(o.user.ID)) //nolint:gosec // numbers are positive
}

// WebAuthnName is the e-mail address.
func (o owner) WebAuthnName() string { return o.user.Email }

// WebAuthnDisplayName is how the user is called.
func (o owner) WebAuthnDisplayName() string {
	if o.user.Name == "" {
		return o.user.Email
	}
	return o.user.Name
}

// WebAuthnCredentials are the keys of the user for one site.
func (o owner) WebAuthnCredentials() []webauthn.Credential { return o.keys }

// ownerOf is a user with the keys for a site.
func (k *Keeper) ownerOf(ctx context.Context, u storage.User, site Site) (owner, error) {
	kept, err := k.Database.Passkeys(ctx, u.ID)
	o := owner{user: u}
	for _, p := range kept {
		var c webauthn.Credential
		if p.Site == site.name() && json.Unmarshal(p.Credential, &c) == nil {
			o.keys = append(o.keys, c)
		}
	}
	return o, err
}

// Ceremony is what a browser asks a device, and what it shows with the answer.
type Ceremony struct {
	Ticket  string `json:"ticket"`
	Options any    `json:"options"`
}

// Passkeys lists the passkeys of a user.
func (k *Keeper) Passkeys(ctx context.Context, s Session) ([]storage.Passkey, error) {
	return k.Database.Passkeys(ctx, s.User.ID)
}

// BeginPasskey begins to make a passkey for a user. The error is a problem of code input_invalid where browsers make
// none.
func (k *Keeper) BeginPasskey(ctx context.Context, s Session, site Site) (Ceremony, error) {
	speaks, err := ceremonies(site)
	if err != nil {
		return Ceremony{}, err
	}
	o, err := k.ownerOf(ctx, s.User, site)
	if err != nil {
		return Ceremony{}, err
	}
	var there []protocol.CredentialDescriptor
	for _, c := range o.keys {
		there = append(there, c.Descriptor())
	}
	options, data, err := speaks.BeginRegistration(o, webauthn.WithExclusions(there),
		webauthn.WithAuthenticatorSelection(protocol.AuthenticatorSelection{
			ResidentKey: protocol.ResidentKeyRequirementRequired, UserVerification: protocol.VerificationRequired}))
	if err != nil {
		return Ceremony{}, err
	}
	return k.ceremony(ctx, purposePasskey, s.User.ID, options.Response, data)
}

// ceremony keeps what the second step needs.
func (k *Keeper) ceremony(
	ctx context.Context, purpose string, userID int64, options any, data *webauthn.SessionData,
) (Ceremony, error) {
	kept, err := json.Marshal(data)
	if err != nil {
		return Ceremony{}, err
	}
	ticket, err := k.ticket(ctx, storage.Ticket{Purpose: purpose, UserID: userID, Data: kept}, passkeyWithin)
	return Ceremony{Ticket: ticket, Options: options}, err
}

// begun takes what the second step needs.
func (k *Keeper) begun(ctx context.Context, ticket, purpose string) (storage.Ticket, webauthn.SessionData, error) {
	var data webauthn.SessionData
	if _, err := k.look(ctx, ticket, purpose); err != nil {
		return storage.Ticket{}, data, err
	}
	t, err := k.take(ctx, ticket, purpose)
	if err == nil {
		err = json.Unmarshal(t.Data, &data)
	}
	return t, data, err
}

// FinishPasskey keeps a passkey that a device has made, and ends the user's sessions in other browsers. The error is a
// problem of code sign_in_refused, link_invalid or input_invalid.
func (k *Keeper) FinishPasskey(
	ctx context.Context, s Session, site Site, ticket, name string, answer []byte, in Browser,
) error {
	speaks, err := ceremonies(site)
	if err != nil {
		return err
	}
	t, data, err := k.begun(ctx, ticket, purposePasskey)
	if err == nil && t.UserID != s.User.ID {
		err = linkInvalid()
	}
	if err != nil {
		return err
	}
	parsed, err := protocol.ParseCredentialCreationResponseBytes(answer)
	if err != nil {
		return wrongPasskey(err)
	}
	made, err := speaks.CreateCredential(owner{user: s.User}, data, parsed)
	if err != nil {
		return wrongPasskey(err)
	}
	kept, err := json.Marshal(made)
	if err != nil {
		return err
	}
	if name = strings.TrimSpace(name); name == "" || len(name) > longestName {
		name = "Passkey"
	}
	now := k.opts.Now().UTC().Truncate(time.Millisecond)
	err = k.change(ctx, s.User.ID, func(tx storage.Tx, u *storage.User) error {
		err := tx.AddPasskey(ctx, storage.Passkey{ID: made.ID, UserID: u.ID, Name: name, Site: site.name(),
			Credential: kept, CreatedAt: now})
		if err != nil {
			return err
		}
		return tx.DropUserSessions(ctx, u.ID, s.hash)
	})
	if errors.Is(err, storage.ErrExists) {
		return wrongPasskey(err)
	}
	if err == nil {
		k.note(ctx, s.Caller, "add-passkey", name, text(in.From))
	}
	return err
}

// DropPasskey forgets a passkey of a user. The error is a problem of code input_invalid where nothing else would be
// left behind a password that needs it.
func (k *Keeper) DropPasskey(ctx context.Context, s Session, id []byte) error {
	has, err := k.second(ctx, s.User)
	if err != nil {
		return err
	}
	if !has.code && len(has.passkeys) <= 1 && k.wantsSecond(s.User) {
		return secondNeeded()
	}
	return k.Database.Within(ctx, func(tx storage.Tx) error { return tx.DropPasskey(ctx, s.User.ID, id) })
}

// BeginSignInPasskey begins to sign somebody in with a passkey: whoever has one for the site, or who has begun with a
// password. The error is a problem of code input_invalid, link_invalid or too_many_requests.
func (k *Keeper) BeginSignInPasskey(ctx context.Context, site Site, second string, from netip.Addr) (Ceremony, error) {
	speaks, err := ceremonies(site)
	if err != nil {
		return Ceremony{}, err
	}
	if err := k.mayTry(ctx, stepsOf(from)); err != nil {
		return Ceremony{}, err
	}
	sure := webauthn.WithUserVerification(protocol.VerificationRequired)
	if second == "" {
		options, data, err := speaks.BeginDiscoverableLogin(sure)
		if err != nil {
			return Ceremony{}, err
		}
		return k.ceremony(ctx, purposePasskeySignIn, 0, options.Response, data)
	}
	w, err := k.Waiting(ctx, second)
	if err != nil {
		return Ceremony{}, err
	}
	o, err := k.ownerOf(ctx, w.user, site)
	if err != nil {
		return Ceremony{}, err
	}
	options, data, err := speaks.BeginLogin(o, sure)
	if err != nil {
		return Ceremony{}, wrongPasskey(err)
	}
	return k.ceremony(ctx, purposePasskeySignIn, w.user.ID, options.Response, data)
}

// SignInPasskey ends a sign-in with what a device has answered, and gives what the browser bears from now on. The error
// is a problem of code sign_in_refused or link_invalid.
func (k *Keeper) SignInPasskey(
	ctx context.Context, site Site, ticket string, answer []byte, in Browser,
) (string, error) {
	speaks, err := ceremonies(site)
	if err != nil {
		return "", err
	}
	t, data, err := k.begun(ctx, ticket, purposePasskeySignIn)
	if err != nil {
		return "", err
	}
	parsed, err := protocol.ParseCredentialRequestResponseBytes(answer)
	if err != nil {
		return "", wrongPasskey(err)
	}
	o, used, err := k.answered(ctx, speaks, site, t.UserID, data, parsed)
	if err == nil && used.Authenticator.CloneWarning {
		err = errors.New("the counter of the device went back: there may be two of it")
	}
	if err != nil {
		k.refused(ctx, o.user, in.From)
		return "", wrongPasskey(err)
	}
	if err := k.used(ctx, o.user.ID, used); err != nil {
		return "", err
	}
	how := byPasskey
	if t.UserID != 0 {
		how = byTouch
	}
	return k.signedIn(ctx, o.user.ID, how, in)
}

// answered finds out whose passkey it was, and whether it is.
func (k *Keeper) answered(
	ctx context.Context, speaks *webauthn.WebAuthn, site Site, userID int64, data webauthn.SessionData,
	parsed *protocol.ParsedCredentialAssertionData,
) (o owner, used *webauthn.Credential, err error) {
	find := func(id int64) error {
		u, err := k.Database.User(ctx, id)
		if err != nil {
			return err
		}
		o, err = k.ownerOf(ctx, u, site)
		return err
	}
	if userID != 0 {
		if err := find(userID); err != nil {
			return o, nil, err
		}
		used, err = speaks.ValidateLogin(o, data, parsed)
		return o, used, err
	}
	used, err = speaks.ValidateDiscoverableLogin(func(_, handle []byte) (webauthn.User, error) {
		rest, found := strings.CutPrefix(string(handle), "waybill ")
		if !found || len(rest) != 8 {
			return nil, errors.New("the device knows another user")
		}
		id := binary.BigEndian.Uint64([]byte(rest))
		err := find(int64(id)) //nolint:gosec // it is one that was given out, or nobody's
		return o, err
	}, data, parsed)
	return o, used, err
}

// used notes that a passkey was used, with the counter of its device.
func (k *Keeper) used(ctx context.Context, userID int64, used *webauthn.Credential) error {
	kept, err := json.Marshal(used)
	if err != nil {
		return err
	}
	all, err := k.Database.Passkeys(ctx, userID)
	if err != nil {
		return err
	}
	for _, p := range all {
		if string(p.ID) != string(used.ID) {
			continue
		}
		p.Credential, p.UsedAt = kept, k.opts.Now().UTC().Truncate(time.Millisecond)
		err := k.Database.Within(ctx, func(tx storage.Tx) error { return tx.SavePasskey(ctx, p) })
		if errors.Is(err, storage.ErrNotFound) {
			return wrongPasskey(err)
		}
		return err
	}
	return wrongPasskey(storage.ErrNotFound)
}
