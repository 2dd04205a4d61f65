package sink

import (
	"maps"
	"slices"
)

// Login is who we are for a message broker. All of it may be secret.
type Login struct {
	User     string `json:"user,omitempty"`
	Password string `json:"password,omitempty"`
	// Token, Nkey (a seed) and Credentials (the text of a .creds file) are the ways of NATS.
	Token       string `json:"token,omitempty"`
	Nkey        string `json:"nkey,omitempty"`
	Credentials string `json:"credentials,omitempty"`
}

// check refuses what a kind of receiver knows no use for, by the names of members. It repeats no value.
func (l Login) check(kind string, known ...string) error {
	set := map[string]bool{"user": l.User != "", "password": l.Password != "", "token": l.Token != "",
		"nkey": l.Nkey != "", "credentials": l.Credentials != ""}
	for _, member := range slices.Sorted(maps.Keys(set)) {
		if !set[member] || slices.Contains(known, member) {
			continue
		}
		p := refused(member, "a receiver of the kind %s takes no %s", kind, member)
		if kind == HTTP {
			p = p.Next("Give it as a header: Authorization")
		}
		return p
	}
	if set["user"] != set["password"] {
		return refused("password", "a user and a password go together")
	}
	delete(set, "password")
	maps.DeleteFunc(set, func(_ string, is bool) bool { return !is })
	if len(set) > 1 {
		return refused("user", "there is more than one way to log in").Next("Give one of them")
	}
	return nil
}
