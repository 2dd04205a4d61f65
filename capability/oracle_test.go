package capability

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
)

// measured is one line of the measurements; see testdata/README.md.
type measured struct {
	Op      string
	Request string
	Change  string
	Only    string
	HPOS    answers
	Posts   answers
	Keys    map[string]string
	Storage map[string]string
}

type answers struct {
	Needs map[string]string
	Or    []string
	All   string
	None  string
	Roles map[string]string
}

// measuredVersions are the versions with the number of operations that were measured on them.
var measuredVersions = map[Version]int{Measured: 595, Newest: 729}

// forEachMeasured calls do for every operation of every measured version, on both storages it was asked on.
func forEachMeasured(t *testing.T, do func(site Site, m measured, want answers)) {
	t.Helper()
	for version := range measuredVersions {
		for _, m := range loadOracle(t, version) {
			site := Site{Version: version, Storage: HPOS, Fulfillments: true}
			site.ApplicationPasswords = m.Op == "wp.abilities_list" // the only one asked when there was one
			do(site, m, m.HPOS)
			if m.Only == "" {
				site.Storage = Posts
				do(site, m, m.Posts)
			}
		}
	}
}

// loadOracle reads what was measured on a version. What is not in the file of the newer one is as on the older.
func loadOracle(t *testing.T, version Version) []measured {
	t.Helper()
	all := readOracle(t, "testdata/oracle.jsonl")
	if version == Newest {
		at := map[string]int{}
		for i, m := range all {
			at[m.Op] = i
		}
		for _, m := range readOracle(t, "testdata/oracle-11.0.1.jsonl") {
			i, known := at[m.Op]
			if !known {
				all = append(all, m)
				continue
			}
			all[i] = m
		}
		all = slices.DeleteFunc(all, func(m measured) bool { return m.Change == "gone" })
	}
	if len(all) != measuredVersions[version] {
		t.Fatalf("%d operations of %s, not %d", len(all), version, measuredVersions[version])
	}
	return all
}

// readOracle reads one file; what posts does not mention is as on order tables.
func readOracle(t *testing.T, name string) []measured {
	t.Helper()
	file, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var all []measured
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var fields map[string]json.RawMessage
		var m measured
		if err := json.Unmarshal(lines.Bytes(), &fields); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(lines.Bytes(), &m); err != nil {
			t.Fatal(err)
		}
		m.Posts = mergeAnswers(t, m.HPOS, fields["posts"])
		all = append(all, m)
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}

func mergeAnswers(t *testing.T, base answers, differs json.RawMessage) answers {
	t.Helper()
	if differs == nil {
		return base
	}
	var given map[string]json.RawMessage
	var posts answers
	if err := json.Unmarshal(differs, &given); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(differs, &posts); err != nil {
		t.Fatal(err)
	}
	if _, ok := given["needs"]; !ok {
		posts.Needs = base.Needs
	}
	if _, ok := given["all"]; !ok {
		posts.All = base.All
	}
	if _, ok := given["roles"]; !ok {
		posts.Roles = base.Roles
	}
	posts.None = base.None
	return posts
}

// answeredBeforeItsGuard names the operation whose 404 was measured as a success, since everybody gets it.
func answeredBeforeItsGuard(m measured) bool { return m.Op == "fulfillments.list.missing_order" }

// answer writes a decision as the measurement writes it, given what the store says to those who may.
func answer(d Decision, allowed string) string {
	switch {
	case d.Allowed:
		return allowed
	case d.Item:
		return fmt.Sprintf("200 item %d %s", d.Status, d.Code)
	default:
		return fmt.Sprintf("%d %s", d.Status, d.Code)
	}
}

func TestModelAgreesWithEveryMeasuredMinimalSetAndRefusal(t *testing.T) {
	t.Parallel()
	universe := measuredUniverse()
	forEachMeasured(t, func(site Site, m measured, want answers) {
		where := fmt.Sprintf("%s on %s of %s", m.Op, site.Storage, site.Version)
		c := parseCase(t, m.Op)
		rec := c.record(site, []string{"probe"})
		needs, ok := site.Needs(c.op, rec)
		if ok != (want.Needs != nil) && !answeredBeforeItsGuard(m) {
			t.Errorf("%s: model says possible=%v, measured %v", where, ok, want.Needs)
			return
		}
		if ok {
			measuredNeeds := Set{}
			for name := range want.Needs {
				measuredNeeds.Add(name)
			}
			if !needs.Equal(measuredNeeds) {
				t.Errorf("%s: model needs %s, measured %s", where, needs, measuredNeeds)
			}
		}
		ask := func(label string, caps Set, want, allowed string) {
			t.Helper()
			got := answer(site.Decide(Caller{Caps: caps}, c.op, rec), allowed)
			if got != want {
				t.Errorf("%s with %s: model answers %q, measured %q", where, label, got, want)
			}
		}
		ask("every capability", universe, want.All, want.All)
		ask("no capability", Set{}, want.None, want.All)
		for name, refusal := range want.Needs {
			ask("all but "+name, universe.Without(NewSet(append(want.Or, name)...)), refusal, want.All)
		}
		if ok {
			ask("the minimal set alone", needs, want.All, want.All)
		}
		for _, name := range want.Or {
			ask(name+" instead", NewSet(name), want.All, want.All)
		}
	})
}

func TestModelAgreesWithEveryMeasuredStorageState(t *testing.T) {
	t.Parallel()
	states := map[string]struct {
		storage Storage
		before  bool
	}{
		"hpos_placeholder":        {HPOS, false},
		"legacy_posts":            {Posts, false},
		"hpos_sync_on":            {HPOSSync, false},
		"hpos_sync_on_new_order":  {HPOSSync, false},
		"hpos_migrated_old_order": {HPOSMigrated, true},
		"hpos_migrated_new_order": {HPOSMigrated, false},
		"hpos_row_missing":        {HPOS, false},
	}
	for version, enough := range map[Version]int{Measured: 400, Newest: 600} {
		compared := 0
		for _, m := range loadOracle(t, version) {
			for state, want := range m.Storage {
				as, ok := states[state]
				if !ok {
					t.Fatalf("%s: unknown storage state %q", m.Op, state)
				}
				c := parseCase(t, m.Op)
				c.beforeSwitch, c.rowMissing = as.before, state == "hpos_row_missing"
				site := Site{Version: version, Storage: as.storage}
				needs, ok := site.Needs(c.op, c.record(site, nil))
				if possible := want != "nobody"; ok != possible || possible &&
					!needs.Equal(NewSet(strings.Fields(want)...)) {
					t.Errorf("%s on %s in state %s: model needs %s (possible %v), measured %s", m.Op, version, state,
						needs, ok, want)
				}
				compared++
			}
		}
		if compared < enough {
			t.Errorf("only %d storage states compared on %s", compared, version)
		}
	}
}

func TestModelAgreesWithEveryMeasuredRole(t *testing.T) {
	t.Parallel()
	callers := measuredCallers()
	compared := 0
	forEachMeasured(t, func(site Site, m measured, want answers) {
		c := parseCase(t, m.Op)
		for said, roles := range want.Roles {
			measuredAnswer, pass := strings.CutSuffix(said, " pass")
			for _, role := range strings.Fields(roles) {
				caller, ok := callers[role]
				if !ok {
					t.Fatalf("no caller for role %s", role)
				}
				decision := site.Decide(caller, c.op, c.record(site, caller.Roles))
				if got := answer(decision, want.All); got != measuredAnswer || decision.Allowed != pass &&
					!answeredBeforeItsGuard(m) {
					t.Errorf("%s on %s of %s as %s: model answers %q (allowed %v), measured %q", m.Op, site.Storage,
						site.Version, role, got, decision.Allowed, said)
				}
				compared++
			}
		}
	})
	if compared < 31500 {
		t.Errorf("only %d answers of roles compared", compared)
	}
}

func TestModelAgreesWithEveryMeasuredKeyPermission(t *testing.T) {
	t.Parallel()
	universe := measuredUniverse()
	for version := range measuredVersions {
		for _, m := range loadOracle(t, version) {
			site := Site{Version: version, Fulfillments: true}
			c := parseCase(t, m.Op)
			rec := c.record(site, []string{"probe"})
			for key, caller := range map[string]Caller{
				"anonymous":  {Anonymous: true},
				"read_only":  {Caps: universe, Key: ReadOnly},
				"write_only": {Caps: universe, Key: WriteOnly},
			} {
				want, asked := m.Keys[key]
				if !asked {
					continue // one direction was asked on the older version only
				}
				if got := answer(site.Decide(caller, c.op, rec), m.HPOS.All); got != want {
					t.Errorf("%s on %s with %s key: model answers %q, measured %q", m.Op, version, key, got, want)
				}
			}
		}
	}
}

// measuredUniverse is the set of all capabilities of the stock roles, and those that published lists made up.
func measuredUniverse() Set {
	universe := Set{}
	for _, role := range StockRoles(Measured) {
		universe = universe.Union(role.Caps)
	}
	for _, list := range PublishedLists() {
		universe = universe.Union(list.Caps)
	}
	return universe
}

// measuredCallers are the users of the roles table. The three lists were custom roles of exactly those capabilities.
func measuredCallers() map[string]Caller {
	callers := map[string]Caller{"none": {}}
	for _, role := range StockRoles(Measured) {
		callers[role.Name] = Caller{Caps: role.Caps, Roles: []string{role.Name}}
	}
	for _, list := range PublishedLists() {
		callers[list.Name] = Caller{Caps: list.Caps, Roles: []string{"custom"}}
	}
	callers["SM_caps_custom_role"] = Caller{Caps: callers["shop_manager"].Caps, Roles: []string{"custom"}}
	callers["admin_caps_custom_role"] = Caller{Caps: callers["administrator"].Caps, Roles: []string{"custom"}}
	return callers
}

func TestStockRolesAreThoseOfAFreshInstallation(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("testdata/stock-roles.json")
	if err != nil {
		t.Fatal(err)
	}
	var want map[string][]string
	if err := json.Unmarshal(data, &want); err != nil {
		t.Fatal(err)
	}
	roles := StockRoles(Measured)
	if len(roles) != len(want) {
		t.Errorf("model has %d stock roles, the installation %d", len(roles), len(want))
	}
	for _, role := range roles {
		if got := role.Caps.Sorted(); !slices.Equal(got, want[role.Name]) {
			t.Errorf("role %s: model %v, installation %v", role.Name, got, want[role.Name])
		}
	}
}

// The sandbox asks for every request it answers.
func BenchmarkDecide(b *testing.B) {
	manager, _ := StockRole("shop_manager", Measured)
	caller := Caller{Caps: manager.Caps, Roles: []string{"shop_manager"}}
	site := Site{}
	rec := site.Order(CreatedByOther)
	op := Operation{Resource: Orders, Action: Update}
	for b.Loop() {
		if !site.Decide(caller, op, rec).Allowed {
			b.Fatal("refused")
		}
	}
}
