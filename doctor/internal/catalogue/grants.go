package catalogue

import (
	"fmt"
	"slices"
	"strings"

	"github.com/waybillhq/waybill/capability"
	"github.com/waybillhq/waybill/doctor/internal/evidence"
	"github.com/waybillhq/waybill/doctor/internal/verdict"
)

// grants are the words of fixes that depend on whose key it is: {user}, and the lines {grant} and {phpgrant} that give
// the missing capabilities. The user's role gets them where it is the integration's own or a stock role of the shop. A
// role that customers or authors share must not get rights in the shop: there the user alone gets them.
func (f *Case) grants(caps string) map[string]string {
	o, network := f.Owner, ""
	if multisite, known := f.Multisite(); known && multisite {
		network = " --url=" + f.Target.Base
	}
	names := strings.Fields(caps)
	quoted := make([]string, len(names))
	for i, name := range names {
		quoted[i] = "'" + name + "'"
	}
	// Who the key belongs to is in the table of keys, where its end is kept readable.
	last7 := f.Target.Key.Last7
	vars := map[string]string{
		"user": "\"$(wp db query \"SELECT user_id FROM $(wp db prefix)woocommerce_api_keys WHERE truncated_key='" +
			last7 + "'\" --skip-column-names" + network + ")\"",
		"grant": "wp eval 'global $wpdb; $user = new WP_User( (int) $wpdb->get_var( \"SELECT user_id FROM " +
			"{$wpdb->prefix}woocommerce_api_keys WHERE truncated_key = \\\"" + last7 +
			"\\\"\" ) ); foreach ( explode( \" \", \"" + caps + "\" ) as $cap ) { $user->add_cap( $cap ); }'" +
			network + "   # the key's user",
	}
	php := "global $wpdb;\n" +
		"$user = new WP_User( (int) $wpdb->get_var( \"SELECT user_id FROM {$wpdb->prefix}woocommerce_api_keys WHERE " +
		"truncated_key = '" + last7 +
		"'\" ) ); // the key's user\nforeach ( array( %s ) as $cap ) { $user->add_cap( $cap ); }"
	if o.Known {
		vars["user"] = fmt.Sprint(o.ID)
	}
	alone := o.Known && (o.Role() == "" ||
		slices.ContainsFunc(names, func(name string) bool { return slices.Contains(o.Denied, name) }))
	switch {
	case alone:
		lines := make([]string, len(names))
		for i, name := range names {
			lines[i] = fmt.Sprintf("wp user add-cap %d %s%s", o.ID, name, network)
		}
		vars["grant"] = strings.Join(lines, "\n")
		php = fmt.Sprintf("$user = new WP_User( %d ); // the key's user\n", o.ID) +
			"foreach ( array( %s ) as $cap ) { $user->add_cap( $cap ); }"
	case o.Known:
		vars["grant"] = fmt.Sprintf("wp cap add %s %s%s   # the role of user %d, whom the key belongs to", o.Role(),
			caps, network, o.ID)
		php = fmt.Sprintf("$role = get_role( '%s' ); // the role of the key's user\n", o.Role()) +
			"foreach ( array( %s ) as $cap ) { $role->add_cap( $cap ); }"
	}
	vars["phpgrant"] = fmt.Sprintf(php, strings.Join(quoted, ", "))
	return vars
}

// givesCaps says whether the fix is a line that gives the missing capabilities.
func (x Fix) givesCaps() bool {
	return strings.Contains(x.Text, "{grant}") || strings.Contains(x.Text, "{phpgrant}") ||
		strings.Contains(x.Text, "{caps}")
}

// roleVersion are the flags with which waybill role makes a role for this store and its version alone.
func (f *Case) roleVersion() string {
	flags := ""
	if _, err := capability.ParseVersion(f.WooVersion()); err == nil {
		flags = " --wc " + f.WooVersion()
	}
	asOrders, _ := f.TablesAskOrders()
	if mode, known := f.Storage(); asOrders && (!known || verdict.InTables(mode)) &&
		len(evidence.PluginStatuses(f.Evidence)) > 0 {
		flags += " --plugin-statuses"
	}
	return flags
}
