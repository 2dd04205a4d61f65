package sandbox

import (
	"bufio"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/waybillhq/waybill/capability"
	"github.com/waybillhq/waybill/sandbox/internal/identity"
)

// measuredOperation is one line of the permission oracle; see testdata/README.md of package capability.
type measuredOperation struct {
	Op, Request, Change, Only, Feature string
	Body                               json.RawMessage
	HPOS, Posts                        measuredAnswers
	Keys                               map[string]string
	Storage                            map[string]string
}

type measuredAnswers struct {
	Needs     map[string]string
	Or        []string
	All, None string
	Roles     map[string]string
}

// loadMeasured reads what was measured on a version: what differs on the newest one replaces the older answers.
func loadMeasured(t *testing.T, version capability.Version) []*measuredOperation {
	t.Helper()
	all := readMeasured(t, "../capability/testdata/oracle.jsonl")
	if version != capability.Newest {
		return all
	}
	at := map[string]int{}
	for i, o := range all {
		at[o.Op] = i
	}
	for _, o := range readMeasured(t, "../capability/testdata/oracle-11.0.1.jsonl") {
		if i, known := at[o.Op]; known {
			all[i] = o
		} else {
			all = append(all, o)
		}
	}
	return all
}

func readMeasured(t *testing.T, name string) []*measuredOperation {
	t.Helper()
	file, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var all []*measuredOperation
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var m measuredOperation
		var differs struct{ Posts map[string]json.RawMessage }
		if err := json.Unmarshal(lines.Bytes(), &m); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(lines.Bytes(), &differs); err != nil {
			t.Fatal(err)
		}
		if _, given := differs.Posts["needs"]; !given {
			m.Posts.Needs = m.HPOS.Needs
		}
		if _, given := differs.Posts["all"]; !given {
			m.Posts.All = m.HPOS.All
		}
		if _, given := differs.Posts["roles"]; !given {
			m.Posts.Roles = m.HPOS.Roles
		}
		m.Posts.None = m.HPOS.None
		all = append(all, &m)
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}

// answers are what was measured in a storage mode. With synchronisation only minimal sets were; the refusals are those
// of the set it takes the place of.
func (o *measuredOperation) answers(storage capability.Storage, rowMissing bool) (want measuredAnswers, measured bool) {
	var state string
	switch {
	case rowMissing:
		state = "hpos_row_missing"
	case storage == capability.HPOSSync:
		state = "hpos_sync_on"
	case storage == capability.Posts:
		return o.Posts, o.Only == ""
	default:
		return o.HPOS, true
	}
	set, ok := o.Storage[state]
	if !ok {
		return measuredAnswers{}, false
	}
	want = measuredAnswers{All: o.HPOS.All, None: o.HPOS.None}
	if set == "nobody" {
		want.All = o.HPOS.None
		return want, true
	}
	want.Needs = map[string]string{}
	for _, name := range strings.Fields(set) {
		want.Needs[name] = o.refusalOf(name)
	}
	return want, true
}

// refusalOf is the answer when a capability is missing, in whichever storage asks for it; the last check's otherwise,
// which for items of a batch is the item's.
func (o *measuredOperation) refusalOf(name string) string {
	for _, needs := range []map[string]string{o.HPOS.Needs, o.Posts.Needs} {
		if answer, ok := needs[name]; ok {
			return answer
		}
	}
	last := ""
	for _, answer := range o.HPOS.Needs {
		if last == "" || strings.Contains(answer, " item ") {
			last = answer
		}
	}
	return last
}

// measuredUniverse is every capability of the stock roles and the published lists.
func measuredUniverse() capability.Set {
	universe := capability.Set{}
	for _, role := range capability.StockRoles(capability.Measured) {
		universe = universe.Union(role.Caps)
	}
	for _, list := range capability.PublishedLists() {
		universe = universe.Union(list.Caps)
	}
	return universe
}

func TestAnswersAgreeWithTheMeasuredPermissions(t *testing.T) {
	t.Parallel()
	for _, state := range []struct {
		version    capability.Version
		storage    capability.Storage
		rowMissing bool
	}{
		{capability.Measured, capability.HPOS, false},
		{capability.Measured, capability.Posts, false},
		{capability.Measured, capability.HPOSSync, false},
		{capability.Newest, capability.HPOS, false},
		{capability.Newest, capability.Posts, false},
		{capability.Newest, capability.HPOSSync, false},
		{capability.Newest, capability.HPOS, true},
	} {
		name := fmt.Sprintf("%s/%s", state.version, state.storage)
		if state.rowMissing {
			name += "/rows-missing"
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := &comparison{measuredStore: newMeasuredStore(t, state.version, state.storage)}
			if state.rowMissing {
				c.cleanRows()
			}
			for i, o := range loadMeasured(t, state.version) {
				if testing.Short() && i%5 != 0 || o.Feature != "" {
					continue
				}
				want, measured := o.answers(state.storage, state.rowMissing)
				if measured {
					c.operation(t, o, want)
				}
			}
			t.Logf("%d answers compared, %d differ, %d of routes the sandbox does not play", c.compared, c.differ,
				c.unplayed)
			if enough := map[bool]int{false: 200, true: 40}[testing.Short()]; c.compared < enough {
				t.Errorf("only %d answers compared", c.compared)
			}
		})
	}
}

// unplayed are the beginnings of operations of the newest version whose routes the sandbox lists without playing them:
// refusals are compared.
var unplayed = regexp.MustCompile(
	`^(analytics\.imports|paypal_|pos_catalog|admin\.(tax|market|qr)|wp\.abilities|layout_templates)`,
)

type comparison struct {
	*measuredStore
	compared, differ, unplayed int
}

// operation asks with every set of capabilities that was measured.
func (c *comparison) operation(t *testing.T, o *measuredOperation, want measuredAnswers) {
	request, err := c.request(o)
	if err != nil {
		t.Error(err)
		return
	}
	universe := measuredUniverse()
	key := c.as("own")
	ask := func(label string, as Credentials, role capability.Role, want string) {
		c.setRole(role)
		status, body := c.send(as, request.method, request.path, request.body)
		if request.method != http.MethodGet && status != http.StatusUnauthorized && status != http.StatusForbidden {
			c.restore() // even a refused download leaves its directory on the list
		}
		if notSimulated(status, body) {
			if o.Change != "" && unplayed.MatchString(o.Op) {
				c.unplayed++
				return
			}
			t.Errorf("%s is not simulated: %s %s", o.Op, request.method, request.path)
			return
		}
		got := answerOf(status, body)
		c.compared++
		if o.Op == "orders.batch.update.missing" {
			got, _, _ = strings.Cut(got, " item ") // the answer to the item was not looked at
		}
		if got != want {
			c.differ++
			t.Errorf(
				"%s with %s: %s %s %s answers %q, measured %q", o.Op, label, request.method, request.path, request.body,
				got, want,
			)
		}
	}
	named := func(caps capability.Set) capability.Role {
		return capability.Role{Name: probe, Title: probe, Caps: caps}
	}
	ask("every capability", key, named(universe), want.All)
	ask("no capability", key, named(capability.Set{}), want.None)
	minimal := capability.NewSet(slices.Collect(maps.Keys(want.Needs))...)
	if want.Needs != nil {
		ask(fmt.Sprintf("exactly %s", minimal), key, named(minimal), want.All)
	}
	for name, refusal := range want.Needs {
		ask(fmt.Sprintf("%s without %s", minimal, name), key, named(minimal.Without(capability.NewSet(name))), refusal)
	}
	for _, name := range want.Or {
		ask(name+" instead", key, named(capability.NewSet(name)), want.All)
	}
	// Thirteen roles and four kinds of keys for each operation take a while, and add sets of capabilities only.
	if os.Getenv("WAYBILL_TEST_ALL") == "" || testing.Short() || c.storage == capability.HPOSSync {
		return
	}
	for said, roles := range want.Roles {
		for _, name := range strings.Fields(roles) {
			ask("role "+name, key, measuredRole(t, name), strings.TrimSuffix(said, " pass"))
		}
	}
	if c.storage == capability.HPOS {
		wrong := key
		wrong.Secret = "cs_wrong"
		for how, as := range map[string]Credentials{
			"anonymous": {}, "wrong_secret": wrong,
			"read_only":  credentialsOf(probe + string(identity.Read)),
			"write_only": credentialsOf(probe + string(identity.Write)),
		} {
			if want, ok := o.Keys[how]; ok {
				ask("key "+how, as, named(universe), want)
			}
		}
	}
}

// measuredRole is a role of the measured table.
func measuredRole(t *testing.T, name string) capability.Role {
	t.Helper()
	stock := map[string]string{"SM_caps_custom_role": "shop_manager", "admin_caps_custom_role": "administrator"}
	switch {
	case name == "none":
		return capability.Role{Name: probe}
	case stock[name] != "":
		role, _ := capability.StockRole(stock[name], capability.Measured)
		return capability.Role{Name: "custom", Caps: role.Caps}
	}
	if list, ok := capability.PublishedList(name); ok {
		return capability.Role{Name: "custom", Caps: list.Caps}
	}
	role, ok := capability.StockRole(name, capability.Measured)
	if !ok {
		t.Fatalf("no role %s", name)
	}
	return role
}

// answerOf writes an answer as the measurement writes it.
func answerOf(status int, body []byte) string {
	text := fmt.Sprint(status)
	var refusal struct{ Code string }
	if status >= 300 {
		if json.Unmarshal(body, &refusal) == nil {
			text += " " + refusal.Code
		}
		return text
	}
	type item struct {
		Error *struct {
			Code string
			Data struct{ Status int }
		}
	}
	var batch struct{ Create, Update, Delete []item }
	if json.Unmarshal(body, &batch) != nil {
		return text
	}
	for _, item := range slices.Concat(batch.Create, batch.Update, batch.Delete) {
		if item.Error != nil {
			text += fmt.Sprintf(" item %d %s", item.Error.Data.Status, item.Error.Code)
		}
	}
	return text
}
