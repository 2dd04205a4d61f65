package writes

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/woo"
)

// A record that a write made may be gone: deleted for good, or lost when the shop was put back to an earlier state,
// which uses the ids again for other records. A caller that asks for the same write again is told so.
//
// Failure policy: when the store cannot be asked, the record counts as existing. Nothing is sent in either case.

// mostAskedAlone is how many records that lists do not show are asked for one by one.
const mostAskedAlone = 50

// goneSince notes which records of repeated creates and updates are not on the store any more.
func (s *Submitter) goneSince(ctx context.Context, client woo.Doer, accepted []outbox.Write) error {
	collections := map[string][]int{}
	for i, w := range accepted {
		if w.Repeated && w.State == outbox.Done && w.Action != outbox.Delete && w.RecordID != 0 {
			collections[outbox.CollectionOf(w)] = append(collections[outbox.CollectionOf(w)], i)
		}
	}
	alone := mostAskedAlone
	for path, places := range collections {
		for part := range slices.Chunk(places, numbersAtOnce) {
			gone, err := goneOf(ctx, client, path, accepted, part, &alone)
			if err != nil {
				return ctx.Err() // see the failure policy
			}
			for i, why := range gone {
				w, err := s.box.NoteGone(ctx, accepted[i].ID, why)
				if err != nil {
					return err
				}
				w.Repeated = true
				accepted[i] = w
			}
		}
	}
	return nil
}

// wasDone says what was done to a record.
var wasDone = map[outbox.Action]string{outbox.Create: "made", outbox.Update: "changed"}

// goneOf notes on writes of one collection what became of their records, if these are gone.
func goneOf(
	ctx context.Context, client woo.Doer, path string, accepted []outbox.Write, places []int, alone *int,
) (map[int]string, error) {
	ids := make([]string, len(places))
	for n, i := range places {
		ids[n] = strconv.FormatInt(accepted[i].RecordID, 10)
	}
	route := outbox.RouteOf(accepted[places[0]])
	found := map[int64]json.RawMessage{}
	if !route.Nested() {
		query := route.Everything()
		query.Set("include", strings.Join(ids, ","))
		query.Set("per_page", strconv.Itoa(numbersAtOnce))
		query.Set("_fields", judgedBy(accepted, places))
		answer, err := client.Do(ctx, woo.Request{Path: path, Query: query, Fresh: true})
		if err != nil {
			return nil, err
		}
		var list []json.RawMessage
		if err := json.Unmarshal(answer.Body, &list); err != nil {
			return nil, err
		}
		for _, raw := range list {
			var of struct {
				ID int64 `json:"id"`
			}
			if err := json.Unmarshal(raw, &of); err != nil {
				return nil, err
			}
			found[of.ID] = raw
		}
	}
	gone := map[int]string{}
	for _, i := range places {
		w := accepted[i]
		record, listed := found[w.RecordID]
		if !listed && *alone > 0 {
			*alone--
			_, err := client.Do(ctx, woo.Request{Path: route.Record(w.ParentID, w.RecordID), Fresh: true,
				Query: url.Values{"_fields": {"id"}}})
			if e, ok := woo.AsError(err); ok && e.NotFound() && woo.RefusedFirst(e.EffectiveStatus(), e.Code) {
				gone[i] = fmt.Sprintf("%s was %s and is not on the store any more", w.Ref(), wasDone[w.Action])
			}
		} else if listed && outbox.Another(w, record) {
			gone[i] = fmt.Sprintf("%s was %s, and another record has its number now: the shop was put back to an "+
				"earlier state", w.Ref(), wasDone[w.Action])
		}
	}
	return gone, nil
}

// judgedBy returns the members by which records are told from others: the date of creation, the mark, and what was
// asked for.
func judgedBy(accepted []outbox.Write, places []int) string {
	members := map[string]bool{"id": true, "date_created_gmt": true, "created_via": true, "meta_data": true}
	for _, member := range strings.Split(outbox.LifelongMembers(accepted[places[0]].Resource), ",") {
		members[member] = true
	}
	for _, i := range places {
		var body map[string]json.RawMessage
		if json.Unmarshal(accepted[i].Body, &body) == nil {
			for member := range body {
				members[member] = true
			}
		}
	}
	return strings.Join(slices.Sorted(maps.Keys(members)), ",")
}
