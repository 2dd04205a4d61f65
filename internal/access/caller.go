package access

import (
	"net/netip"
	"slices"

	"github.com/waybillhq/waybill/internal/storage"
)

// Caller is who asks: a token, a person who is signed in, or somebody at the command line.
type Caller struct {
	// Actor and Name are for the audit log.
	Actor, Name string
	// TokenID is 0 for who is no token, GroupID for who is confined to no group.
	TokenID, GroupID int64
	// bound says that scopes are all that the caller may do; at the command line everything may be done.
	bound  bool
	scopes []string
	// token is what is kept of a token; nil for who is none. role is what a person is.
	token *storage.Token
	role  Role
}

// Local is somebody at the command line of the machine, who may do everything: the database lies open to them anyway.
func Local(user string) Caller {
	if user == "" {
		return Caller{Actor: "command line"}
	}
	return Caller{Actor: "command line (" + user + ")"}
}

// callerOf is who sends a token.
func callerOf(t storage.Token) Caller {
	return Caller{Actor: t.Prefix, Name: t.Name, TokenID: t.ID, GroupID: t.GroupID, bound: true, scopes: t.Scopes,
		token: &t}
}

// Person is somebody who is signed in, named by an e-mail address.
func Person(email, name string, groupID int64, role Role) Caller {
	return Caller{Actor: email, Name: name, GroupID: groupID, bound: true, scopes: role.scopes(), role: role}
}

// Token is what is kept of the caller's token; false for who is none.
func (c Caller) Token() (storage.Token, bool) {
	if c.token == nil {
		return storage.Token{}, false
	}
	return *c.token, true
}

// has says whether the caller may do something.
func (c Caller) has(s Scope) bool {
	if !c.bound {
		return true
	}
	return slices.Contains(c.scopes, string(s)) ||
		slices.Contains(c.scopes, string(Admin)) && (c.GroupID == 0 || !ofInstallation(s))
}

// Allowed says why a caller may not do what needs a scope; nil when it may. The error is a problem of code
// scope_missing.
func Allowed(c Caller, need Scope) error {
	if c.has(need) {
		return nil
	}
	switch {
	case c.GroupID != 0 && ofInstallation(need):
		return installationOnly(need)
	case c.token == nil:
		return roleMissing(c.role, need)
	}
	return scopeMissing(need)
}

// Sees says whether a store exists for a caller.
func (c Caller) Sees(st storage.Store) bool { return c.GroupID == 0 || st.GroupID == c.GroupID }

// within says whether an address lies in one of some networks.
func within(address netip.Addr, networks []netip.Prefix) bool {
	address = address.Unmap().WithZone("")
	return slices.ContainsFunc(networks, func(n netip.Prefix) bool { return n.Contains(address) })
}

// Networks are where a server may be asked from; none lets everybody ask.
type Networks []netip.Prefix

// Admit says why an address may not ask; nil when it may. The error is a problem of code address_refused.
func (n Networks) Admit(from netip.Addr) error {
	if len(n) == 0 || within(from, n) {
		return nil
	}
	return addressRefused(from)
}
