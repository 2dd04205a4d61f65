package doctor

import (
	"fmt"
	"slices"
	"strings"
)

// grants are the words of fixes that depend on whose key it is: {user} and {role}, and the lines {grant} and {phpgrant}
// that give him the missing capabilities. The role gets them where it is the integration's own or a stock role of the
// shop; a role that customers or authors share must not get rights in the shop, so there he alone gets them.
func (f *facts) grants(caps string) map[string]string {
	o, network := f.owner, ""
	if multisite, known := f.multisite(); known && multisite {
		network = " --url=" + f.t.Base
	}
	names := strings.Fields(caps)
	vars := map[string]string{"user": "USER", "role": "ROLE", "grant": "wp cap add ROLE " + caps + network + "   # ROLE: the role of the key's user; wp user get USER --field=roles"}
	if o.known {
		vars["user"] = fmt.Sprint(o.id)
	}
	php := "$role = get_role( 'ROLE' ); // the role of the key's user\nforeach ( array( %s ) as $cap ) { $role->add_cap( $cap ); }"
	alone := o.known && (o.role() == "" || slices.ContainsFunc(names, func(name string) bool { return slices.Contains(o.denied, name) }))
	switch {
	case alone:
		lines := make([]string, len(names))
		for i, name := range names {
			lines[i] = fmt.Sprintf("wp user add-cap %d %s%s", o.id, name, network)
		}
		vars["grant"] = strings.Join(lines, "\n")
		php = fmt.Sprintf("$user = new WP_User( %d ); // the key's user\n", o.id) + "foreach ( array( %s ) as $cap ) { $user->add_cap( $cap ); }"
	case o.known:
		vars["role"] = o.role()
		vars["grant"] = fmt.Sprintf("wp cap add %s %s%s   # the role of user %d, whom the key belongs to", o.role(), caps, network, o.id)
		php = fmt.Sprintf("$role = get_role( '%s' ); // the role of the key's user\n", o.role()) + "foreach ( array( %s ) as $cap ) { $role->add_cap( $cap ); }"
	}
	quoted := make([]string, len(names))
	for i, name := range names {
		quoted[i] = "'" + name + "'"
	}
	vars["phpgrant"] = fmt.Sprintf(php, strings.Join(quoted, ", "))
	return vars
}
