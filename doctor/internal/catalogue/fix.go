package catalogue

import (
	"fmt"
	"strings"

	"github.com/waybillhq/waybill/doctor/internal/evidence"
)

// FixKind says what a fix is: something to paste, to click, to send or to run, and where.
type FixKind string

// The kinds of fixes.
const (
	FixMenu    FixKind = "menu"    // click in wp-admin or a hosting panel
	FixWPCLI   FixKind = "wp-cli"  // paste into a shell on the server
	FixPHP     FixKind = "php"     // paste into the named file
	FixApache  FixKind = "apache"  // paste into .htaccess or the virtual host
	FixNginx   FixKind = "nginx"   // paste into the server block
	FixHost    FixKind = "host"    // send to the host's support
	FixClient  FixKind = "client"  // change in the integration
	FixWaybill FixKind = "waybill" // Waybill does it, or a command of Waybill
	FixCheck   FixKind = "check"   // a command that shows the fault before and its absence after
	FixLook    FixKind = "look"    // how to see that where no command shows it
)

// Fix is something to paste or to click. Words in braces are filled in from the evidence: {home}, {host}, {root},
// {caps}, {egress}, {to}, {scopes}, {storage}, {code}, {delivery}, {id}, {curl}, {keyed}.
type Fix struct {
	Kind FixKind `json:"how"`
	Text string  `json:"text"`
}

// Adoption is a stop-gap that the caller may store, so that the integration works until the fix is done.
type Adoption struct {
	// Base replaces the address of the store; Root the place of its REST API; Way how the key travels.
	Base string       `json:"base,omitempty"`
	Root string       `json:"root,omitempty"`
	Way  evidence.Way `json:"way,omitempty"`
	// MethodOverride sends PUT and DELETE as POST with _method.
	MethodOverride bool `json:"method_override,omitempty"`
	// Says is what the caller tells the person.
	Says string `json:"says"`
}

// The words of fixes. Each says who does what.
func menu(text string) Fix { return Fix{FixMenu, text} }

func wpcli(text string) Fix { return Fix{FixWPCLI, text} }

func php(text string) Fix { return Fix{FixPHP, text} }

func apache(text string) Fix { return Fix{FixApache, text} }

func nginx(text string) Fix { return Fix{FixNginx, text} }

func host(text string) Fix { return Fix{FixHost, text} }

func client(text string) Fix { return Fix{FixClient, text} }

func waybill(text string) Fix { return Fix{FixWaybill, text} }

// WriteFixMarkdown writes a fix for a ticket or a page: prose as an item of a list, code in a fence.
func WriteFixMarkdown(b *strings.Builder, fix Fix) {
	switch fix.Kind {
	case FixMenu, FixHost, FixClient, FixWaybill, FixLook:
		fmt.Fprintf(b, "\n- **%s**: %s\n", KindNames[fix.Kind], fix.Text)
	default:
		language := map[FixKind]string{FixPHP: "php", FixWPCLI: "sh", FixCheck: "sh", FixApache: "apache",
			FixNginx: "nginx"}[fix.Kind]
		fmt.Fprintf(b, "\n**%s**\n\n```%s\n%s\n```\n", KindNames[fix.Kind], language, fix.Text)
	}
}

// KindNames are the kinds of fixes as headings.
var KindNames = map[FixKind]string{
	FixMenu: "Fix", FixWPCLI: "Fix in a shell on the server", FixPHP: "Fix in PHP", FixApache: "Fix on Apache",
	FixNginx: "Fix on nginx", FixHost: "Tell the host",
	FixClient: "Fix in the integration", FixWaybill: "Waybill", FixCheck: "See it before and after",
	FixLook: "See it before and after",
}
