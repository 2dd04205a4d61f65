package core

import (
	"strconv"

	"github.com/waybillhq/waybill/sandbox/internal/rest"
)

// Options are the rows of wp_options that hold text, by WordPress's option names. Switches hold "yes" or "no".
type Options map[string]string

// arrays are the options that hold PHP arrays: lists of countries, the settings of an e-mail, of a gateway, of a
// shipping method in a zone. A value is replaced, never changed in place.
type arrays map[string]rest.Value

// Get is the value of an option, empty when it is not set.
func (o Options) Get(name string) string { return o[name] }

// Yes says whether a checkbox setting is on.
func (o Options) Yes(name string) bool { return o[name] == "yes" }

// Int is the value of a whole-number option; zero when the text is no number.
func (o Options) Int(name string) int {
	n, _ := strconv.Atoi(o[name]) // WordPress's absint reads garbage as zero, too
	return n
}
