package system_test

import (
	"testing"

	"github.com/waybillhq/waybill/sandbox/internal/shop/shoptest"
)

func TestTheStatusShowsWhatTheStoreRunsOn(t *testing.T) {
	t.Parallel()
	shop := shoptest.New(t)
	environment := shop.Environment()
	environment.PHP, environment.MaxExecutionTime = "8.3.1", 7
	shop.SetEnvironment(environment)
	shop.Order(`{}`)
	shop.Ask("GET", "/wc/v3/system_status", "").Shows("environment.version=11.0.1 environment.php_version=8.3.1 " +
		"environment.php_max_execution_time=7 settings.HPOS_enabled=true settings.currency=USD")
	shop.Reset()
	if got := shop.Environment().PHP; got == "8.3.1" {
		t.Error("a reset did not bring back a healthy server")
	}
}

func TestAToolDoesWhatItSays(t *testing.T) {
	t.Parallel()
	shop := shoptest.New(t)
	shop.Ask("PUT", "/wc/v3/system_status/tools/clear_transients", "{}").
		Shows("success=true message=Product+transients+cleared")
	shop.Ask("PUT", "/wc/v3/system_status/tools/none", "{}").
		Refused(404, "woocommerce_rest_system_status_tool_invalid_id")
	shop.Caller = shop.User("manager", "shop_manager")
	shop.Ask("GET", "/wc/v3/system_status/tools/clear_transients", "").Shows("id=clear_transients")
}
