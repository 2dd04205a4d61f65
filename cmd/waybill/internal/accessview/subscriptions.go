package accessview

import (
	"fmt"
	"strings"

	"github.com/waybillhq/waybill/cmd/waybill/internal/terminal"
	"github.com/waybillhq/waybill/internal/wire"
)

// Subscriptions is a table of receivers that changes are sent to.
func Subscriptions(all []wire.Subscription) ([]terminal.Column, [][]string) {
	rows := make([][]string, len(all))
	for i, s := range all {
		last := "never"
		if !s.DeliveredAt.IsZero() {
			last = terminal.Moment(s.DeliveredAt.Local())
		}
		rows[i] = []string{s.Name, s.Group, s.Target, Selected(s), string(s.State), last, s.Why}
	}
	return []terminal.Column{{Title: "SUBSCRIPTION"}, {Title: "GROUP"}, {Title: "RECEIVER"}, {Title: "GETS"},
		{Title: "STATE"}, {Title: "LAST TAKEN"}, {Title: "WHY"}}, rows
}

// Selected is in a few words which changes a subscription gets.
func Selected(s wire.Subscription) string {
	var words []string
	for _, r := range s.Resources {
		words = append(words, string(r))
	}
	if len(words) == 0 {
		words = append(words, "everything")
	}
	for _, k := range s.Kinds {
		words = append(words, string(k))
	}
	if len(s.Stores) > 0 {
		words = append(words, "of "+strings.Join(s.Stores, ", "))
	}
	if s.Filter != "" {
		words = append(words, "(filtered)")
	}
	return strings.Join(words, " ")
}

// Deliveries is a table of events of a subscription.
func Deliveries(all []wire.Delivery) ([]terminal.Column, [][]string) {
	rows := make([][]string, len(all))
	for i, d := range all {
		answer := ""
		if d.Status > 0 {
			answer = fmt.Sprint(d.Status)
		}
		rows[i] = []string{d.ID, terminal.Moment(d.At.Local()), fmt.Sprintf("%s %d %s", d.Resource, d.RecordID, d.Kind),
			string(d.State), fmt.Sprint(d.Attempts), answer, d.Error}
	}
	return []terminal.Column{{Title: "DELIVERY"}, {Title: "CHANGED"}, {Title: "WHAT"}, {Title: "STATE"},
		{Title: "ATTEMPTS", Right: true}, {Title: "ANSWER", Right: true}, {Title: "ERROR"}}, rows
}
