package accessview

import (
	"fmt"
	"strings"
	"time"

	"github.com/waybillhq/waybill/cmd/waybill/internal/terminal"
	"github.com/waybillhq/waybill/internal/wire"
)

// Tokens is a table of tokens as they are at a time.
func Tokens(tokens []wire.Token, now time.Time) ([]terminal.Column, [][]string) {
	day := func(t time.Time) string {
		if t.IsZero() {
			return "never"
		}
		return t.Local().Format("2006-01-02 15:04")
	}
	rows := make([][]string, len(tokens))
	for i, t := range tokens {
		ends := day(t.ExpiresAt)
		switch {
		case !t.RevokedAt.IsZero():
			ends = "revoked"
		case !t.ExpiresAt.IsZero() && t.ExpiresAt.Before(now):
			ends = "expired"
		}
		rows[i] = []string{t.Prefix, t.Name, t.Group, strings.Join(t.Scopes, " "), strings.Join(t.Networks, " "),
			day(t.UsedAt), ends}
	}
	return []terminal.Column{{Title: "TOKEN"}, {Title: "NAME", Elastic: true}, {Title: "GROUP"},
		{Title: "SCOPES", Elastic: true}, {Title: "FROM"}, {Title: "USED"}, {Title: "ENDS"}}, rows
}

// Groups is a table of groups.
func Groups(groups []wire.Group) ([]terminal.Column, [][]string) {
	rows := make([][]string, len(groups))
	for i, g := range groups {
		rows[i] = []string{g.Name, strings.Join(g.Stores, " ")}
	}
	return []terminal.Column{{Title: "GROUP"}, {Title: "STORES", Elastic: true}}, rows
}

// Consumers is a table of named readers of the log of changes.
func Consumers(consumers []wire.Consumer) ([]terminal.Column, [][]string) {
	rows := make([][]string, len(consumers))
	for i, c := range consumers {
		waiting := terminal.Count(c.Waiting)
		if c.More {
			waiting = "over " + waiting
		}
		heard := c.AckedAt
		if c.SeenAt.After(heard) {
			heard = c.SeenAt
		}
		last := "never"
		if !heard.IsZero() {
			last = terminal.Moment(heard.Local())
		}
		rows[i] = []string{c.Name, c.Group, c.Store, fmt.Sprint(c.Position), waiting,
			terminal.Ago(time.Duration(c.LagSeconds * float64(time.Second))), last}
	}
	return []terminal.Column{{Title: "CONSUMER"}, {Title: "GROUP"}, {Title: "STORE"}, {Title: "POSITION", Right: true},
		{Title: "WAITING", Right: true}, {Title: "BEHIND"}, {Title: "HEARD OF"}}, rows
}

// Audit is a table of the audit log.
func Audit(entries []wire.AuditEntry) ([]terminal.Column, [][]string) {
	rows := make([][]string, len(entries))
	for i, e := range entries {
		outcome := "done"
		if e.Code != "" {
			outcome = e.Code
		}
		if e.LeftOut > 0 {
			outcome += fmt.Sprintf(" (and %d before)", e.LeftOut)
		}
		rows[i] = []string{e.At.Local().Format("2006-01-02 15:04:05"), strings.TrimSpace(e.Actor + " " + e.Name),
			e.Action, e.Object, e.From, outcome}
	}
	return []terminal.Column{{Title: "TIME"}, {Title: "WHO", Elastic: true}, {Title: "WHAT"},
		{Title: "WITH", Elastic: true}, {Title: "FROM"}, {Title: "OUTCOME"}}, rows
}
