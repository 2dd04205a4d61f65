package catalogue

import (
	"fmt"
	"strings"

	"github.com/waybillhq/waybill/capability"
	"github.com/waybillhq/waybill/doctor/internal/evidence"
	"github.com/waybillhq/waybill/doctor/internal/verdict"
)

func siteChecks() []Check {
	return []Check{
		allowMissing,
		{
			ID: "memory-low", Area: AreaSite, Severity: Note, Stage: StageLetIn,
			Title: "PHP has little memory for full pages",
			See:   "The memory limit is below 128 MB.", Tell: "The system status says the limit.",
			Cause: "The host's or WordPress' default was left.",
			Fixes: []Fix{php("// wp-config.php:\ndefine( 'WP_MEMORY_LIMIT', '256M' );"),
				prove("{keyed} '{home}/wp-json/wc/v3/system_status?_fields=environment.wp_memory_limit'", "“{memory}”",
					"no “{memory}” (256 MB are 268435456)")},
			find: func(f *Case) *hit {
				if memory := f.Status.Environment.Memory; memory > 0 && memory < 128<<20 {
					return &hit{confidence: verdict.Sure, why: fmt.Sprintf("the limit is %d MB", memory>>20),
						vars: map[string]string{"memory": fmt.Sprint(memory)}}
				}
				return nil
			},
		},
		{
			ID: "errors-shown", Area: AreaSite, Severity: Note, Stage: StageLetIn,
			Title: "PHP errors are shown to visitors",
			See:   "The system status says that errors are not hidden.",
			Tell:  "When they appear in answers it is stray-output.",
			Cause: "WP_DEBUG_DISPLAY or display_errors is on.",
			Fixes: []Fix{php("// wp-config.php:\ndefine( 'WP_DEBUG_DISPLAY', false );\n" +
				"ini_set( 'display_errors', '0' );"),
				prove("{keyed} '{home}/wp-json/wc/v3/system_status?_fields=security.hide_errors' | grep -o "+
					"'\"hide_errors\":[a-z]*'", "“false”", "“true”")},
			Under: []string{"stray-output", "headers-already-sent"},
			find: func(f *Case) *hit {
				if f.Status.OK && !f.Status.Security.HideErrors && f.Status.Environment.Debug {
					return &hit{confidence: verdict.Sure, why: "errors are shown, and one notice would spoil an answer"}
				}
				return nil
			},
		},
		{
			ID: "key-staging-clone", Area: AreaSite, Severity: Note, Stage: StageLetIn,
			Title: "The store calls itself by another address",
			See: "The home address in the REST index is another host than the one asked, and no redirect leads " +
				"there.",
			Tell:  "On a copy of a live shop keys and webhooks of the original work too.",
			Cause: "A copy (staging) whose address was not changed, or a second name for the same shop.",
			Fixes: []Fix{
				client("See which of {host} and {to} is the live shop, and use that one."),
				menu("On a copy: delete the keys and webhooks that came along (WooCommerce > Settings > Advanced)."),
				prove("curl -sS '{home}/wp-json/?_fields=home'", "no “{host}”", "“{host}”"),
			},
			find: findOtherHome,
		},
	}
}

func findOtherHome(f *Case) *hit {
	index := f.Index()
	if index == nil || index.Home == "" || f.Route.ID != "" || f.Key.ID != "" {
		return nil
	}
	if evidence.SameHost(index.Home, f.Target.Base) {
		return nil
	}
	return &hit{confidence: verdict.Possible,
		why:   "the REST index names " + strings.TrimRight(index.Home, "/") + " as its home",
		shown: []string{evidence.Describe(f.Get(evidence.Index))},
		vars:  map[string]string{"to": strings.TrimRight(index.Home, "/")}}
}

// SiteFact is something worth knowing about the store that is no finding.
type SiteFact struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// SiteFacts lists what was learned about the store, in the order of the report.
func (f *Case) SiteFacts() []SiteFact {
	var list []SiteFact
	add := func(name, value string) {
		if value != "" {
			list = append(list, SiteFact{name, value})
		}
	}
	index := f.Index()
	if index != nil {
		add("name", evidence.Clip(index.Name, 80))
		add("home", index.Home)
	}
	add("rest root", f.Evidence.Root)
	add("key travels in", string(f.Evidence.Way))
	add("woocommerce", f.WooVersion())
	if s := f.Status; s.OK {
		add("wordpress", s.Environment.WPVersion)
		add("php", s.Environment.PHP)
		add("language", s.Environment.Language)
		add("multisite", fmt.Sprint(s.Environment.Multisite))
		add("memory", fmt.Sprintf("%d MB", s.Environment.Memory>>20))
		if s.Environment.Cron != nil {
			add("wp-cron", map[bool]string{true: "runs with visits",
				false: "switched off (a cron job should take its place)"}[*s.Environment.Cron])
		}
	}
	if mode, ok := f.Storage(); ok {
		add("order storage", mode.Title())
	}
	if index != nil {
		add("time zone", evidence.FirstOf(index.Timezone, "UTC"+sign(strings.Trim(string(index.GMTOffset), `"`))))
	}
	for _, h := range f.Evidence.TLS {
		if h.OK && len(h.Chain) > 0 {
			add("tls", h.Version+", certificate of "+h.Chain[0].Issuer+" until "+day(h.Chain[0].NotAfter))
		}
	}
	if names := f.interfering(); len(names) > 0 {
		add("plugins known to interfere", strings.Join(names, ", "))
	}
	if f.OlderThan(capability.Measured.String()) {
		add("woocommerce is behind", f.WooVersion()+", this doctor knows "+capability.Measured.String())
	}
	add("our address", f.Evidence.Local.Egress)
	return list
}

// interferers are plugins that often stand behind a finding. Being there is no fault.
var interferers = []string{
	"wordfence", "better-wp-security", "all-in-one-wp-security-and-firewall", "disable-json-api",
	"wp-hide-security-enhancer", "jwt-authentication-for-wp-rest-api",
	"jwt-auth", "wp-rest-api-authentication", "force-login", "wp-force-login", "ninjafirewall", "sucuri-scanner",
	"wp-cerber", "litespeed-cache", "w3-total-cache",
	"wp-super-cache", "wp-rocket", "wp-rest-cache", "coming-soon", "wp-maintenance-mode", "maintenance", "members",
	"user-role-editor", "clearfy", "really-simple-ssl",
	"sitepress-multilingual-cms", "polylang", "woocommerce-legacy-rest-api", "perfmatters", "wp-fail2ban", "hide-my-wp",
}

func (f *Case) interfering() []string {
	var names []string
	for _, p := range f.Status.Plugins {
		dir, _, _ := strings.Cut(p.Plugin, "/")
		for _, known := range interferers {
			if dir == known {
				names = append(names, p.Name+" "+p.Version)
			}
		}
	}
	return names
}

// allowMissing is good to know: Waybill does not need the header, and the doctor then says less about permissions.
var allowMissing = Check{
	ID: "allow-header-missing", Area: AreaSite, Severity: Note, Stage: StageLetIn,
	Title: "The header that says what a key may do gets lost on the way",
	See:   "Lists come with their records and without Allow, and so do answers to OPTIONS.",
	Tell:  "A key that may do nothing gets no Allow either, and no records.",
	Cause: "A CDN, a proxy or a rule of the web server takes the header away.",
	Fixes: []Fix{
		nginx("# take away: fastcgi_hide_header Allow; proxy_hide_header Allow;"),
		host("“The header Allow of {host}/wp-json/wc/v3/ does not arrive. Please let it pass.”"),
		waybill("Nothing that Waybill does depends on it. What the key may do is concluded from what was answered."),
		prove("{keyed} -o /dev/null -D - '{home}/wp-json/wc/v3/{resource}?per_page=1' | grep -i '^allow'", "nothing",
			"“llow”"),
	},
	find: func(f *Case) *hit {
		if !f.AllowLost() {
			return nil
		}
		h := &hit{confidence: verdict.Sure, why: "lists were given with their records, and no answer says what is " +
			"allowed"}
		for _, x := range f.With(evidence.Lists) {
			if x.Records() > 0 && len(h.shown) < 3 {
				h.shown = append(h.shown, evidence.Describe(x)+" without Allow")
			}
		}
		return h
	},
}
