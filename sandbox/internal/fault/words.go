package fault

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// Does says in words what the fault does to a request; empty when it does nothing.
func (f Fault) Does() string {
	var does []string
	say := func(when bool, format string, args ...any) {
		if when {
			does = append(does, fmt.Sprintf(format, args...))
		}
	}
	say(f.Delay > 0, "waits %s", time.Duration(f.Delay))
	say(len(f.StripHeaders) > 0, "takes %s out of the request", strings.Join(f.StripHeaders, ", "))
	say(f.DropQuery, "takes the query away")
	say(len(f.StripArgs) > 0, "takes %s out of the query", strings.Join(f.StripArgs, ", "))
	say(f.AddQuery != "", "adds %s to the query", f.AddQuery)
	say(f.Insecure, "hides that TLS was used")
	say(f.StripMeta, "takes guarded meta data out of what is written")
	say(len(f.RewriteSent) > 0, "rewrites what is written")
	say(f.Dies != "" && !f.Caught, "PHP dies in %s", f.Dies)
	say(f.Dies != "" && f.Caught, "a plugin throws in %s, and WooCommerce catches it", f.Dies)
	say(f.Method != "", "makes it a %s", f.Method)
	say(f.Drop == BeforeCommit, "closes the connection before the store acts")
	say(f.Drop == AfterCommit && f.Late == 0, "closes the connection after the store has acted")
	say(f.Drop == AfterCommit && f.Late > 0, "closes the connection; the store acts %s later", time.Duration(f.Late))
	say(f.Trashes, "puts the order into the trash")
	if f.Answer != nil {
		say(!f.Acts, "answers %d", f.Answer.Status)
		say(f.Finds != "", "only in place of answers that match")
		say(f.Acts, "answers %d after the store has acted", f.Answer.Status)
	}
	if f.Throws != nil {
		say(true, "a plugin throws %d %s after the record is stored", f.Throws.Status, f.Throws.Code)
	}
	if f.Cut != nil {
		say(*f.Cut >= 0, "lets %d bytes of the body arrive", *f.Cut)
		say(*f.Cut < 0, "cuts the last %d bytes of the body off", -*f.Cut)
	}
	say(f.Before != "" || f.After != "", "puts text around the body")
	say(f.Status != 0, "makes the status %d", f.Status)
	say(len(f.SetHeaders) > 0, "sets %s", strings.Join(slices.Sorted(maps.Keys(f.SetHeaders)), ", "))
	say(len(f.RemoveHeaders) > 0, "takes %s out of the answer", strings.Join(f.RemoveHeaders, ", "))
	say(f.Remember, "answers again what it answered first")
	say(len(f.Rewrite) > 0, "rewrites the body")
	return strings.Join(does, "; ")
}

// methods are the methods that requests to a store can have.
var methods = []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}

// possible gives an error for a fault that could never happen, since nobody would notice.
func (f Fault) possible() error {
	for _, m := range f.Match.Methods {
		if !slices.Contains(methods, m) {
			return fmt.Errorf("no request has the method %q; there are %s", m, strings.Join(methods, ", "))
		}
	}
	if f.Match.Skip < 0 || f.Match.Times < 0 {
		return fmt.Errorf("skip %d and times %d cannot be negative", f.Match.Skip, f.Match.Times)
	}
	if f.Match.Probability < 0 || f.Match.Probability > 1 {
		return fmt.Errorf("a probability of %v is none: give 0 to 1", f.Match.Probability)
	}
	if f.Delay < 0 || f.Late < 0 {
		return fmt.Errorf("delay %s and late %s cannot be negative", time.Duration(f.Delay), time.Duration(f.Late))
	}
	statuses := []int{f.Status}
	if f.Answer != nil {
		statuses = append(statuses, f.Answer.Status)
	}
	for _, status := range statuses {
		if status != 0 && (status < 200 || status > 599) {
			return fmt.Errorf("%d is no status of an answer: give 200 to 599", status)
		}
	}
	switch f.Drop {
	case Never, BeforeCommit, AfterCommit:
		return nil
	}
	return fmt.Errorf("drop %q is none of before, after", f.Drop)
}
