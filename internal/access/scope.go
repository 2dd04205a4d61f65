package access

import (
	"slices"
)

// Scope is something that a token allows.
type Scope string

// The scopes of tokens.
const (
	StoresRead     Scope = "stores:read"
	StoresWrite    Scope = "stores:write"
	RecordsRead    Scope = "records:read"
	WritesRead     Scope = "writes:read"
	WritesWrite    Scope = "writes:write"
	ChangesRead    Scope = "changes:read"
	ConsumersWrite Scope = "consumers:write"
	DoctorRun      Scope = "doctor:run"
	ProblemsRead   Scope = "problems:read"
	ProblemsWrite  Scope = "problems:write"
	AlertsWrite    Scope = "alerts:write"

	SubscriptionsWrite Scope = "subscriptions:write"

	TokensWrite Scope = "tokens:write"
	GroupsWrite Scope = "groups:write"
	AuditRead   Scope = "audit:read"
	MetricsRead Scope = "metrics:read"
	Admin       Scope = "admin"
)

// ScopeInfo documents a scope.
type ScopeInfo struct {
	Scope   Scope
	Meaning string
	// Installation says that only a token without a group can have it.
	Installation bool
}

// Scopes lists every scope in the order of the documentation.
func Scopes() []ScopeInfo {
	return []ScopeInfo{
		{Scope: StoresRead, Meaning: "list stores and see how they do"},
		{Scope: StoresWrite, Meaning: "connect stores, replace keys, pause, resume, sync now, compare, remove"},
		{Scope: RecordsRead, Meaning: "read the mirrored records: orders with their customers, products, coupons"},
		{Scope: WritesRead, Meaning: "see writes to stores and what became of them"},
		{Scope: WritesWrite, Meaning: "create, update and delete records of stores, and decide about parked writes"},
		{Scope: ChangesRead,
			Meaning: "follow the log of changes, acknowledge them as a named consumer, and give receipts"},
		{Scope: ConsumersWrite, Meaning: "make, move and remove named consumers of the log of changes"},
		{Scope: SubscriptionsWrite,
			Meaning: "have changes with their records sent to receivers, and see and manage that"},
		{Scope: DoctorRun, Meaning: "let the doctor examine a store"},
		{Scope: ProblemsRead, Meaning: "see problems, whom they affect, and what to do"},
		{Scope: ProblemsWrite, Meaning: "acknowledge, ignore and resolve problems"},
		{Scope: AlertsWrite, Meaning: "see, make, test and remove the channels of alerts", Installation: true},
		{Scope: TokensWrite, Meaning: "make, list and revoke tokens that allow no more than this one"},
		{Scope: AuditRead, Meaning: "read the audit log"},
		{Scope: GroupsWrite, Meaning: "make and remove groups, and move stores between them", Installation: true},
		{Scope: MetricsRead, Meaning: "read /metrics from another machine", Installation: true},
		{Scope: Admin, Meaning: "everything, also what later versions add; in a group, everything in it"},
	}
}

// IsScope says whether there is such a scope.
func IsScope(s Scope) bool {
	return slices.ContainsFunc(Scopes(), func(i ScopeInfo) bool { return i.Scope == s })
}

// ofInstallation says whether a scope reaches beyond all groups.
func ofInstallation(s Scope) bool {
	return slices.ContainsFunc(Scopes(), func(i ScopeInfo) bool { return i.Scope == s && i.Installation })
}

// Integration returns the scopes that most programs need: to read stores, records and changes, and to write.
func Integration() []Scope {
	return []Scope{StoresRead, RecordsRead, WritesRead, WritesWrite, ChangesRead, ConsumersWrite}
}

// checkScopes refuses unknown scopes, an empty list, and scopes that make no sense within a group.
func checkScopes(scopes []Scope, groupID int64) error {
	if len(scopes) == 0 {
		return noScopes()
	}
	for _, s := range scopes {
		if !IsScope(s) {
			return noScope(s)
		}
		if groupID != 0 && ofInstallation(s) {
			return beyondGroup(s)
		}
	}
	return nil
}
