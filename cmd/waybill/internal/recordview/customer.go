package recordview

import (
	"fmt"
	"io"
	"strings"

	"github.com/waybillhq/waybill/cmd/waybill/internal/terminal"
	"github.com/waybillhq/waybill/internal/export"
	"github.com/waybillhq/waybill/internal/storage"
)

// Customers is how customers look on a terminal.
func Customers(t terminal.Terminal) Kind {
	return Kind{
		Resource: storage.Customers, One: "customer", Dated: "SINCE",
		Columns: []terminal.Column{
			{Title: "ID", Right: true}, {Title: "NAME", Elastic: true}, {Title: "E-MAIL", Elastic: true},
			{Title: "CITY", Elastic: true},
			{Title: "COUNTRY"}, {Title: "SINCE"},
		},
		Row: func(f export.Fields) []string {
			name := personName(f, "")
			if name == "" {
				name = personOf(f)
			}
			return []string{text(f, "id"), name, text(f, "email"), text(f, "billing.city"), text(f, "billing.country"),
				day(text(f, "date_created"))}
		},
		Detail: func(w io.Writer, f export.Fields) { writeCustomer(w, t, f) },
	}
}

func writeCustomer(w io.Writer, t terminal.Terminal, f export.Fields) {
	fmt.Fprintf(w, "%s\n", t.Strong(terminal.OneLine(terminal.Join(" ", personName(f, ""), "<"+text(f, "email")+">"))))
	terminal.WriteFacts(w, t,
		[2]string{"id", text(f, "id")}, [2]string{"user name", text(f, "username")}, [2]string{"role", text(f, "role")},
		[2]string{"phone", text(f, "billing.phone")}, [2]string{"bill to", terminal.Join(", ", personName(f, "billing."),
			address(f, "billing."))},
		[2]string{"ship to", terminal.Join(", ", personName(f, "shipping."), address(f, "shipping."))},
		[2]string{"since", dated(f, "date_created")}, [2]string{"modified", dated(f, "date_modified")},
	)
}

// personName is the name in the fields that begin with prefix, such as billing.
func personName(f export.Fields, prefix string) string {
	return strings.TrimSpace(text(f, prefix+"first_name") + " " + text(f, prefix+"last_name"))
}

// personOf is who an order is for: a name, else a company, else an e-mail.
func personOf(f export.Fields) string {
	for _, name := range []string{personName(f, "billing."), text(f, "billing.company"), text(f, "billing.email")} {
		if name != "" {
			return name
		}
	}
	return ""
}

func address(f export.Fields, prefix string) string {
	return terminal.Join(", ", text(f, prefix+"address_1"), text(f, prefix+"address_2"),
		terminal.Join(" ", text(f, prefix+"postcode"), text(f, prefix+"city")), text(f, prefix+"state"),
		text(f, prefix+"country"))
}
