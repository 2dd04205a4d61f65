package system

import (
	_ "embed"
	"maps"
	"slices"
	"sync"

	"github.com/waybillhq/waybill/capability"
	"github.com/waybillhq/waybill/sandbox/internal/rest"
	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
)

// toolLines has one tool of the status page a line, in the order of that page (recordings: sys-tools; measured on a
// real store). A tool may have two lines, one of them for a state of the store: see Store.toolState.
//
//go:embed data/tools.jsonl
var toolLines []byte

// systemTool is a maintenance tool of the status page.
type systemTool struct {
	id, name, action, description string
	during                        core.Fact
	when, unless                  string
}

var systemTools = sync.OnceValue(func() []systemTool {
	var all []systemTool
	for line := range core.DataLines(toolLines) {
		all = append(all, systemTool{
			id: rest.Text(line.Value("id")), name: rest.Text(line.Value("name")),
			action:      rest.Text(line.Value("action")),
			description: rest.Text(line.Value("description")), during: core.FactOf(line),
			when: rest.Text(line.Value("when")), unless: rest.Text(line.Value("unless")),
		})
	}
	return all
})

// tools are the tools the store offers now.
func (s *Store) tools() []systemTool {
	return slices.DeleteFunc(slices.Clone(systemTools()), func(t systemTool) bool {
		return !s.Has(t.during) || t.when != "" && !s.toolState(t.when) || t.unless != "" && s.toolState(t.unless)
	})
}

func (s *Store) tool(id string) (systemTool, bool) {
	tools := s.tools()
	i := slices.IndexFunc(tools, func(t systemTool) bool { return t.id == id })
	if i < 0 {
		return systemTool{}, false
	}
	return tools[i], true
}

// toolState says whether the store is in a state that tools depend on.
func (s *Store) toolState(name string) bool {
	switch name {
	case "suggestions":
		return s.Options["woocommerce_show_marketplace_suggestions"] != "no"
	case "scheduled":
		return s.cleanupScheduled
	}
	panic("shop: no state of tools is called " + name) // the names stand in an embedded table, and are tested
}

// toolRuns do the work of the tools and return the answer's message; "" for tools without one. A tool that clears what
// the sandbox does not keep does nothing.
var toolRuns = map[string]func(*Clerk) string{
	"clear_transients":         func(*Clerk) string { return "Product transients cleared" },
	"clear_expired_transients": func(*Clerk) string { return "0 transients rows cleared" },
	"delete_orphaned_variations": func(c *Clerk) string {
		return core.Itoa(c.deleteOrphanedVariations()) + " orphaned variations deleted"
	},
	"clear_expired_download_permissions": func(*Clerk) string { return "0 permissions deleted" },
	"regenerate_product_lookup_tables":   func(*Clerk) string { return "Lookup tables are regenerating" },
	"repair_coupons_lookup_table": func(*Clerk) string {
		return "No entries with zero discount amount found. Coupons lookup table is up to date."
	},
	"recount_terms": func(c *Clerk) string {
		c.catalogue.CatalogueChanged()
		return "Terms successfully recounted"
	},
	"reset_roles": func(c *Clerk) string {
		c.resetRoles()
		return "Roles successfully reset"
	},
	"clear_sessions": func(
		*Clerk) string {
		return "Deleted all active sessions, and 0 saved carts."
	},
	"clear_template_cache":                 func(*Clerk) string { return "Template cache cleared." },
	"clear_system_status_theme_info_cache": func(*Clerk) string { return "System status theme info cache cleared." },
	"install_pages": func(c *Clerk) string {
		c.settings.InstallPages()
		return "All missing WooCommerce pages successfully installed"
	},
	"delete_taxes": func(c *Clerk) string {
		c.taxes.DeleteTaxRates()
		return "Tax rates successfully deleted"
	},
	"regenerate_thumbnails": func(*Clerk) string {
		return "Thumbnail regeneration has been scheduled to run in the background."
	},
	"db_update_routine": func(*Clerk) string {
		return "Database upgrade routine has been scheduled to run in the background."
	},
	"recreate_order_address_fts_index":  func(*Clerk) string { return "FTS index recreated." },
	"verify_db_tables":                  func(*Clerk) string { return "Database verified successfully." },
	"clear_woocommerce_analytics_cache": func(*Clerk) string { return "Analytics cache cleared." },
	"refresh_remote_inbox_notifications": func(
		*Clerk) string {
		return "Remote inbox notifications have been refreshed"
	},
	"regenerate_product_attributes_lookup_table": func(*Clerk) string {
		return "Product attributes lookup table data is regenerating"
	},
	// The tables cannot be deleted while orders are in them. The tool still says that it ran.
	"delete_custom_orders_table": func(*Clerk) string { return "" },
	"schedule_expired_transient_files_cleanup": func(c *Clerk) string {
		c.cleanupScheduled = true
		return ""
	},
	"unschedule_expired_transient_files_cleanup": func(c *Clerk) string {
		c.cleanupScheduled = false
		return ""
	},
}

// runTool runs a tool. It returns whether the tool ran, and its message.
func (c *Clerk) runTool(id string) (ran bool, message string) {
	if id == "regenerate_product_attributes_lookup_table" && !c.Has(core.NoNonceOfTools) {
		return false, "There was an error calling " + id + ": Invalid nonce"
	}
	run, ok := toolRuns[id]
	if !ok {
		return false, "There was an error calling this tool. There is no callback present."
	}
	if message := run(c); message != "" {
		return true, message
	}
	return true, "Tool ran."
}

// deleteOrphanedVariations deletes variations whose product is gone.
func (c *Clerk) deleteOrphanedVariations() int64 {
	count := int64(0)
	for _, p := range slices.Collect(c.catalogue.Products.All()) {
		if _, ok := c.catalogue.Products.Get(p.ParentID); p.IsVariation() && !ok {
			c.catalogue.Products.Delete(p)
			count++
		}
	}
	if count > 0 {
		c.catalogue.CatalogueChanged()
	}
	return count
}

// resetRoles gives WooCommerce's own roles the capabilities that they are installed with, and gives administrators back
// those of WooCommerce's capabilities that they lack.
func (s *Store) resetRoles() {
	if s.customers.Directory == nil {
		return
	}
	for _, role := range capability.StockRoles(s.Release) {
		switch role.Name {
		case "administrator":
			if current, ok := s.customers.Directory.Role(role.Name); ok {
				maps.Copy(role.Caps, current.Caps)
			}
		case "customer", "shop_manager":
		default:
			continue
		}
		s.customers.Directory.DefineRole(role)
	}
}
