package access

import (
	"net/netip"
	"strings"
	"time"

	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/spelling"
)

// All messages for people and programs about tokens and groups.

func tokenMissing() error {
	return problem.New(problem.TokenMissing, "no token came with the request").
		Next("Send it in the header Authorization, as: Bearer wbt_…. waybill tokens create makes one")
}

func tokenUnknown() error {
	return problem.New(problem.TokenInvalid, "the token is not known here").
		Next("Look which there are: waybill tokens list. A new one is made by: waybill tokens create")
}

func tokenForgotten() error {
	return problem.New(problem.TokenInvalid, "the token is not known here any more")
}

// tokenEnded says that a token was revoked, or expired.
func tokenEnded(how string, at time.Time) error {
	return problem.New(problem.TokenExpired, "the token %s at %s", how, at.Format(time.RFC3339)).
		Next("Make a new one: waybill tokens create")
}

func tokenNotFound(name string) error {
	return problem.New(problem.TokenNotFound, "there is no token %q", name).
		Next("See which there are: waybill tokens list")
}

func severalTokens(name string, prefixes []string) error {
	return problem.New(problem.TokenNotFound, "several tokens are called %q", name).
		Next("Name one by its prefix: %s", strings.Join(prefixes, ", "))
}

func noTokenName() error {
	return problem.New(problem.InputInvalid, "a token needs a name of at most %d characters", longestName).
		Next("Say what it is for, such as: ERP of Acme")
}

func expiredAlready() error {
	return problem.New(problem.InputInvalid, "a token that has expired already is of no use").
		Next("Give a time that lies ahead")
}

func addressRefused(from netip.Addr) error {
	return problem.New(problem.AddressRefused, "requests from %s are not accepted here", from).
		Next("Add its network to the allow-list of the server (serve.allow), or of the token").
		Detail("address", from.String())
}

func scopeMissing(need Scope) error {
	return problem.New(problem.ScopeMissing, "the token lacks the scope %s", need).
		Next("Make a token that has it: waybill tokens create --scope %s", need).Detail("scope", string(need))
}

func roleMissing(has Role, need Scope) error {
	p := problem.New(problem.ScopeMissing, "the role %s may not do what needs %s", has, need).
		Next("An administrator can give another role: waybill users role")
	return p.Detail("scope", string(need))
}

func noRole(word string) error {
	p := problem.New(problem.InputInvalid, "%q is no role of a user", word)
	var names []string
	for _, r := range Roles() {
		names = append(names, string(r.Role))
	}
	if meant := spelling.Meant(word, names); len(meant) > 0 {
		return p.Next("Did you mean %s?", strings.Join(meant, ", "))
	}
	return p.Next("Roles are: %s", strings.Join(names, ", "))
}

func installationOnly(need Scope) error {
	return problem.New(problem.ScopeMissing, "this concerns the whole installation, and who asks is of one group").
		Next("Use a token, or a user, without a group that may do %s", need).Detail("scope", string(need))
}

func noScopes() error {
	return problem.New(problem.InputInvalid, "a token without scopes allows nothing").
		Next("Scopes are: %s", strings.Join(scopeNames(), ", "))
}

func noScope(s Scope) error {
	p := problem.New(problem.InputInvalid, "%q is no scope of a token", s)
	if meant := spelling.Meant(string(s), scopeNames()); len(meant) > 0 {
		return p.Next("Did you mean %s?", strings.Join(meant, ", "))
	}
	return p.Next("Scopes are: %s", strings.Join(scopeNames(), ", "))
}

func scopeNames() []string {
	var names []string
	for _, i := range Scopes() {
		names = append(names, string(i.Scope))
	}
	return names
}

func beyondGroup(s Scope) error {
	return problem.New(problem.InputInvalid, "the scope %s reaches beyond a group", s).
		Next("Leave it out, or make a token without a group")
}

// The bounds of a token that is made with another one.

func cannotGive(scope string, err error) error {
	return problem.Wrap(problem.ScopeMissing, err, "a token cannot give the scope %s, which it has not", scope).
		Detail("scope", scope)
}

func networkOutside(n netip.Prefix) error {
	return problem.New(problem.InputInvalid, "the network %s lies outside those of the token that asks", n)
}

func outlives(end time.Time) error {
	return problem.New(problem.InputInvalid, "a token cannot outlive the one that asks, which ends at %s",
		end.Format(time.RFC3339))
}

func groupNotFound(name string) error {
	return problem.New(problem.GroupNotFound, "there is no group %q", name).
		Next("See which there are: waybill groups list")
}

func noGroupName(name string) error {
	return problem.New(problem.InputInvalid, "%q cannot be the name of a group", name).
		Next("Use letters, digits, dots, dashes and underscores, such as: acme")
}

func groupExists(name string, err error) error {
	return problem.Wrap(problem.GroupExists, err, "there is a group %s already", name).Next("Choose another name")
}

func groupInUse(name, listed string, held []string, err error) error {
	return problem.Wrap(problem.GroupInUse, err, "the group %s has stores: %s", name, listed).
		Next("Take them out first: waybill groups take-store %s", strings.Join(held, ", waybill groups take-store "))
}
