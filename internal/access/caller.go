package access

import (
	"net/netip"
	"slices"

	"github.com/waybillhq/waybill/internal/storage"
)

// Caller is the sender of a request: a token, a person who is signed in, or a person at the command line.
type Caller struct {
	// Actor and Name are for the audit log.
	Actor, Name string
	// TokenID is 0 for a caller without a token. GroupID is 0 for a caller that is limited to no group.
	TokenID, GroupID int64
	// bound says that the caller may do only what scopes allow. A person at the command line may do everything.
	bound  bool
	scopes []string
	// token is what is kept of the caller's token; nil for a caller without one. role is the role of a person.
	token *storage.Token
	role  Role
}

// Local returns a person at the command line of the machine. This caller may do everything, because it can open the
// database anyway.
func Local(user string) Caller {
	if user == "" {
		return Caller{Actor: "command line"}
	}
	return Caller{Actor: "command line (" + user + ")"}
}

// callerOf returns the caller that sends a token.
func callerOf(t storage.Token) Caller {
	return Caller{Actor: t.Prefix, Name: t.Name, TokenID: t.ID, GroupID: t.GroupID, bound: true, scopes: t.Scopes,
		token: &t}
}

// Person returns a person who is signed in under an e-mail address.
func Person(email, name string, groupID int64, role Role) Caller {
	return Caller{Actor: email, Name: name, GroupID: groupID, bound: true, scopes: role.scopes(), role: role}
}

// Token returns what is kept of the caller's token; false for a caller without one.
func (c Caller) Token() (storage.Token, bool) {
	if c.token == nil {
		return storage.Token{}, false
	}
	return *c.token, true
}

// has says whether the caller has a scope.
func (c Caller) has(s Scope) bool {
	if !c.bound {
		return true
	}
	return slices.Contains(c.scopes, string(s)) ||
		slices.Contains(c.scopes, string(Admin)) && (c.GroupID == 0 || !ofInstallation(s))
}

// Allowed says why a caller may not do what needs a scope; nil when it may. The error is a problem with code
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

// Networks are the networks from which a server may be asked; an empty list allows every address.
type Networks []netip.Prefix

// Admit says why requests from an address are refused; nil when they are not. The error is a problem with code
// address_refused.
func (n Networks) Admit(from netip.Addr) error {
	if len(n) == 0 || within(from, n) {
		return nil
	}
	return addressRefused(from)
}
