package doctor_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/waybillhq/waybill/doctor"
)

// TestFixesNameThePluginsOwnSetting: where an answer bears the sign of a plugin, the first fix is in that plugin's
// menu, and none is for the web server or the host, who have no part in it.
func TestFixesNameThePluginsOwnSetting(t *testing.T) {
	t.Parallel()
	for _, one := range []struct {
		breakage, menu string
		possible       bool
	}{
		{"rest-disabled", "Settings > Disable REST API", false},
		{"rest-disabled:rest-api-control", "Settings > REST API Control", false},
		{"rest-disabled:w3-total-cache", "Performance > Page Cache > REST API", false},
		{"rest-disabled:password-protected", "Settings > Password Protected > Advanced", true},
		{"rest-disabled:aios", "WP Security > Firewall > WP REST API", true},
		{"rest-disabled:simple-jwt-login", "Simple JWT Login > Protect endpoints", false},
		{"rest-disabled:ninjafirewall", "NinjaFirewall > Firewall Policies > WordPress REST API", false},
		{"rest-disabled:wp-cerber", "WP Cerber > Hardening > Access to WordPress REST API", false},
		{"waf-wordfence", "Wordfence > Blocking", false},
		{"waf-wordfence:path", "Immediately block IPs that access these URLs", false},
		{"ua-blocked:secupress", "SecuPress > Modules > Firewall", true},
		{"ip-or-geo-block:defender", "Defender > Firewall > IP Banning", false},
		{"cache-rest:wp-rest-cache", "Settings > WP REST Cache", false},
		{"stray-output-behind", "the settings of SpeedyCache", true},
	} {
		t.Run(one.breakage, func(t *testing.T) {
			t.Parallel()
			cause, _, _ := strings.Cut(one.breakage, ":")
			report := newPatient(t).breakIn(t, one.breakage).examine(t)
			if len(report.Findings) == 0 || report.Findings[0].ID != cause {
				t.Fatalf("want %s first, got\n%s", cause, describeReport(report))
			}
			fixes := report.Findings[0].Fix
			if first := fixes[0]; first.Kind != doctor.FixMenu || !strings.Contains(first.Text, one.menu) ||
				strings.HasPrefix(first.Text, "Possibly") != one.possible {
				t.Errorf("the first fix is %s %q, want the menu %q, possible %v", first.Kind, first.Text, one.menu,
					one.possible)
			}
			for _, fix := range fixes {
				if slices.Contains([]doctor.FixKind{doctor.FixHost, doctor.FixNginx, doctor.FixApache}, fix.Kind) {
					t.Errorf("what a plugin does is mended by the plugin, and a fix is for the %s: %s", fix.Kind,
						fix.Text)
				}
			}
		})
	}
}
