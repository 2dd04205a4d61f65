package access

import "slices"

// Role is what a person may do: it stands for scopes. Each role has those of the ones before it.
type Role string

// The roles of people.
const (
	Viewer        Role = "viewer"
	Operator      Role = "operator"
	Administrator Role = "administrator"
)

// least are the least roles that have scopes. A scope that is not here is for administrators alone.
var least = map[Scope]Role{
	StoresRead: Viewer, RecordsRead: Viewer, WritesRead: Viewer, ChangesRead: Viewer,
	StoresWrite: Operator, WritesWrite: Operator, ConsumersWrite: Operator, SubscriptionsWrite: Operator,
	DoctorRun: Operator, ProblemsRead: Viewer, ProblemsWrite: Operator,
}

// RoleInfo documents a role.
type RoleInfo struct {
	Role    Role
	Meaning string
}

// Roles lists every role, the least first.
func Roles() []RoleInfo {
	return []RoleInfo{
		{Viewer, "sees shops, orders, writes and what goes to receivers"},
		{Operator, "also acts: connects and pauses shops, writes to them, decides, sends again"},
		{Administrator, "also decides who may: users, tokens, groups, settings, the audit log"},
	}
}

// ParseRole reads the word for a role.
func ParseRole(word string) (Role, error) {
	if Role(word).rank() < 0 {
		return "", noRole(word)
	}
	return Role(word), nil
}

// rank is the place of a role; -1 where there is none of this name.
func (r Role) rank() int {
	return slices.IndexFunc(Roles(), func(i RoleInfo) bool { return i.Role == r })
}

// scopes are what a role may do. A word that is no role may do nothing.
func (r Role) scopes() []string {
	if r == Administrator {
		return []string{string(Admin)}
	}
	var all []string
	for _, s := range Scopes() {
		if role, given := least[s.Scope]; given && role.rank() <= r.rank() {
			all = append(all, string(s.Scope))
		}
	}
	return all
}
