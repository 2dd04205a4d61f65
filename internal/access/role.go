package access

import "slices"

// Role says what a person may do, as a set of scopes. Each role has the scopes of the roles before it.
type Role string

// The roles of people.
const (
	Viewer        Role = "viewer"
	Operator      Role = "operator"
	Administrator Role = "administrator"
)

// least maps a scope to the lowest role that has it. Only administrators have a scope that is missing here.
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

// rank returns the position of a role; -1 for an unknown role.
func (r Role) rank() int {
	return slices.IndexFunc(Roles(), func(i RoleInfo) bool { return i.Role == r })
}

// scopes returns the scopes of a role; none for an unknown role.
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
