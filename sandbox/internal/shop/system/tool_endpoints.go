package system

import (
	"github.com/waybillhq/waybill/capability"
	"github.com/waybillhq/waybill/sandbox/internal/rest"
	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
	"github.com/waybillhq/waybill/sandbox/internal/wptext"
)

const toolsPath = "/wc/v3/system_status/tools"

// statusTools is the controller of /system_status/tools.
type statusTools struct{ *Store }

func (c statusTools) register(server *rest.Server) {
	may := func(action capability.Action, message string) rest.Permission {
		return c.MayAll(capability.SystemStatus, action, message)
	}
	server.Register(rest.Route{Pattern: toolsPath, Endpoints: []rest.Endpoint{
		{Methods: rest.Readable, Permission: may(capability.ToolsList, core.CannotList), Handler: c.list},
	}})
	server.Register(rest.Route{Pattern: toolsPath + `/(?P<id>[\w-]+)`, Endpoints: []rest.Endpoint{
		{Methods: rest.Readable, Permission: may(capability.ToolsGet, core.CannotView), Handler: c.get},
		{Methods: rest.Editable, Permission: may(capability.ToolsRun, "Sorry, you cannot update resource."),
			Handler: c.run},
	}})
}

func (c statusTools) list(r *rest.Request) (*rest.Response, error) {
	items := rest.List{}
	for _, tool := range c.tools() {
		items = append(items, rest.Item{Data: c.json(r, tool), Links: toolLinks(r, tool)})
	}
	return &rest.Response{Body: items}, nil
}

func (c statusTools) named(r *rest.Request) (systemTool, error) {
	tool, ok := c.tool(r.Text("id"))
	if !ok {
		return tool, rest.Errorf(404, "woocommerce_rest_system_status_tool_invalid_id", "Invalid tool ID.")
	}
	return tool, nil
}

func (c statusTools) get(r *rest.Request) (*rest.Response, error) {
	tool, err := c.named(r)
	if err != nil {
		return nil, err
	}
	return &rest.Response{Body: c.json(r, tool), Links: toolLinks(r, tool)}, nil
}

// run runs a tool, whatever else the request says. There is no confirmation (recordings: sys-tool-run-noconfirm).
func (c statusTools) run(r *rest.Request) (*rest.Response, error) {
	tool, err := c.named(r)
	if err != nil {
		return nil, err
	}
	if tool.id == "delete_inbox_notification" {
		// The tool wants a token of wp-admin, and dies with WordPress's answer to a request without one.
		return &rest.Response{Body: int64(-1)}, nil
	}
	ran, message := c.clerk(r.Caller).runTool(tool.id)
	json := c.json(r, tool)
	json.Set("success", ran)
	json.Set("message", message)
	return &rest.Response{Body: json, Links: toolLinks(r, tool)}, nil
}

func (c statusTools) json(r *rest.Request, tool systemTool) *rest.Object {
	return rest.NewObject("id", tool.id, "name", tool.name, "action", tool.action,
		"description", c.settings.FillText(tool.description, wptext.EscapeHTML(c.HomeOf(r))))
}

func toolLinks(r *rest.Request, tool systemTool) []rest.Link {
	return []rest.Link{{Rel: "item", Href: r.RESTURL(toolsPath + "/" + tool.id), Embeddable: true}}
}
