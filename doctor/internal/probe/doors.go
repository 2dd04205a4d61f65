package probe

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/waybillhq/waybill/doctor/internal/evidence"
)

// doorProbes try the doors (evidence/doors.go) of what is wanted: those that are always asked, then those for which the
// budget must have room. A create is sent only where bodies were seen to arrive as JSON: an empty one would make a
// record of some kinds.
func (c *collection) doorProbes(t evidence.TargetFacts, optional bool) []probe {
	if x := c.get(evidence.BodyType); x == nil || !evidence.Proven(x) {
		return c.readingDoors(t, optional)
	}
	var probes []probe
	for _, door := range evidence.AllDoors {
		if door.Optional() == optional && t.Wants(door.Scopes...) && !c.shut(door) {
			probes = append(probes, c.doorProbe(door))
		}
	}
	return probes
}

// readingDoors are what is asked of somebody who writes nothing.
func (c *collection) readingDoors(t evidence.TargetFacts, optional bool) []probe {
	var probes []probe
	for _, door := range evidence.AllDoors {
		if door.Method == http.MethodGet && door.Optional() == optional && t.Wants(door.Scopes...) {
			probes = append(probes, c.doorProbe(door))
		}
	}
	return probes
}

// shut says whether WooCommerce itself says no to the create, or the method is not let through anywhere.
func (c *collection) shut(door evidence.Door) bool {
	switch door.Method {
	case http.MethodPost:
		allow := c.allowOf(door.Above)
		return !evidence.ViewOf(c.ev).AllowLost() && door.Above != "" && evidence.IsJSON(allow) &&
			allow.Status == http.StatusOK &&
			!slices.Contains(evidence.Allowed(allow), http.MethodPost)
	case http.MethodPut, http.MethodDelete:
		return !evidence.IsJSON(c.get(evidence.Verbs.Of(strings.ToLower(door.Method))))
	}
	return false
}

func (c *collection) doorProbe(door evidence.Door) probe {
	purpose := map[string]string{
		http.MethodGet:    "a list, or a record that does not exist: shows whether such requests arrive",
		http.MethodPost:   "a create that names an id, which WooCommerce refuses: shows whether creates arrive",
		http.MethodPut:    "a change of a record that does not exist: shows whether such requests arrive",
		http.MethodDelete: "a deletion of a record that does not exist: shows whether such requests arrive",
	}[door.Method]
	if door.Body == brokenJSON {
		purpose = "a batch that is no JSON, which WordPress refuses unread: shows whether batches arrive"
	}
	route := "wc/v3/" + door.Route
	return c.keyed(probe{id: door.Probe(), purpose: purpose, method: door.Method, url: c.root.URL(route), route: route,
		args: door.Args, body: door.Body, fields: fieldsOfDoor[door.Name]})
}

// fieldsOfDoor are what is kept of the answers to doors that say something besides: the report of orders counts them.
var fieldsOfDoor = map[string][]string{"totals.get": {"slug", "total"}}

// editProbes try to change one record of each wanted kind with the method of a change and a body that is refused
// unread. They are sent only where bodies were seen to arrive as JSON, and the method to be let through.
func (c *collection) editProbes(t evidence.TargetFacts) []probe {
	if !evidence.Proven(c.get(evidence.BodyType)) || !evidence.IsJSON(c.get(evidence.VerbPut)) {
		return nil
	}
	f := evidence.ViewOf(c.ev)
	var probes []probe
	for _, e := range evidence.Edits {
		if r, found := f.Editable(e); found && t.Wants(e.Scope) {
			route := fmt.Sprintf("wc/v3/%s/%d", e.Kind, r.ID)
			probes = append(probes, c.keyed(probe{id: e.Probe(), method: http.MethodPut, url: c.root.URL(route),
				route: route,
				purpose: "a change of a record that is there, with a body that is no JSON: refused unread, and shows " +
					"whether the key may change it with this method",
				args: url.Values{e.Arg: {e.Value}}, body: brokenJSON}))
		}
	}
	return probes
}

// crowded says whether so much is wanted that there is no room for questions that concern other clients only.
func (c *collection) crowded(t evidence.TargetFacts) bool {
	wanted := 0
	for _, door := range evidence.AllDoors {
		wanted += evidence.BoolToInt(t.Wants(door.Scopes...))
	}
	return wanted > c.budget.Requests-withoutDoors
}

// withoutDoors is how many requests a run needs besides the doors, as a rule.
const withoutDoors = 49

// withOptionalDoors adds the doors for which there is room besides the requests that come first, and writes down which
// there was none for.
func (c *collection) withOptionalDoors(t evidence.TargetFacts, probes []probe) []probe {
	doors := c.doorProbes(t, true)
	room := min(len(doors), max(0, c.left()-len(probes)-c.usualRows(t)))
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, pr := range doors[room:] {
		c.ev.Omitted = append(c.ev.Omitted, pr.id)
	}
	return append(probes, doors[:room]...)
}

// notSaidByDoors asks for the methods of such routes where a door was not tried or its answer did not say.
func (c *collection) notSaidByDoors(t evidence.TargetFacts) []probe {
	var routes []string
	for _, route := range slices.Sorted(maps.Keys(saidByDoors)) {
		if t.Wants(saidByDoors[route]...) {
			routes = append(routes, route)
		}
	}
	return c.within(c.notSaid(routes, func(string) bool { return true }), c.usualRows(t))
}
