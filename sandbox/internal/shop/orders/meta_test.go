package orders_test

import (
	"fmt"
	"testing"

	"github.com/waybillhq/waybill/capability"
	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
	"github.com/waybillhq/waybill/sandbox/internal/shop/shoptest"
)

func TestMetaDataIsChangedByIDAndByKey(t *testing.T) {
	t.Parallel()
	shop := shoptest.New(t)
	order := shop.Order(`{"meta_data":[{"key":"a","value":"1"},{"key":"b","value":{"deep":[1,true,null]}},{"key":"n","value":12},
		{"key":"_hidden","value":"x"},{"key":"gone","value":null}]}`)
	order.Shows("meta_data=4+elements meta_data.0.key=_hidden meta_data.1.key=a meta_data.2.value.deep=3+elements " +
		"meta_data.3.value=12")
	path := fmt.Sprintf("/wc/v3/orders/%d", order.ID())
	id := order.At("meta_data.1.id")
	shop.Ask("PUT", path, `{"meta_data":[{"key":"a","value":"2"}]}`).
		Shows("meta_data.1.id=" + id + " meta_data.1.value=2")
	shop.Ask("PUT", path, `{"meta_data":[{"id":%s,"key":"renamed","value":"3"}]}`, id).
		Shows("meta_data.3.id=" + id + " meta_data.3.key=renamed meta_data.3.value=3")
	shop.Ask("PUT", path, `{"meta_data":[{"id":%s,"key":"renamed","value":null}]}`, id).Shows("meta_data=3+elements")
	shop.Ask("PUT", path, `{"meta_data":[{"id":999999,"key":"a","value":"new"}]}`).
		Shows("meta_data=4+elements meta_data.1.value=new")
	shop.Ask("PUT", path, `{"meta_data":[{"key":"a","value":null}]}`).Shows("meta_data=3+elements")
	shop.Ask("PUT", path, `{"meta_data":[{"key":"_transaction_id","value":"tx"}]}`).
		Shows("transaction_id=tx meta_data=3+elements")
	list := "/wc/v3/orders?include=" + core.Itoa(order.ID())
	shop.Ask("GET", list+"&include_meta=b,n", "").Shows("0.meta_data=2+elements")
	shop.Ask("GET", list+"&exclude_meta=b", "").Shows("0.meta_data=2+elements 0.meta_data.1.key=n")
	shop.Ask("GET", path+"?include_meta=b,n", "").Shows("meta_data=0+elements") // only lists take it apart
}

func TestMetaOfLinesShowsWhatPeopleRead(t *testing.T) {
	t.Parallel()
	shop := shoptest.New(t)
	p := shop.Product("10.00")
	shop.Order(`{"line_items":[{"product_id":%d,"meta_data":[{"key":"Gift note","value":"a & b"},{"key":"_line_total","value":"5"}]}]}`, p.ID).
		Shows("line_items.0.meta_data=1+elements line_items.0.meta_data.0.display_key=Gift+note " +
			"line_items.0.meta_data.0.value=a+&+b")
}

// Measured on 10.6.2 and 11.0.1, order tables and posts.
func TestMetaDataWithoutAKeyAreStoredUnderNull(t *testing.T) {
	t.Parallel()
	const sent = `{"meta_data":[{"value":"x"},{"key":"","value":"y"},{"key":"k","value":"v"}]}`
	for _, c := range []struct {
		version string
		storage capability.Storage
		want    string
	}{
		{"10.6.2", capability.HPOS, "meta_data=3+elements meta_data.0.key=<nil> meta_data.1.key= meta_data.2.key=k"},
		{"10.9.4", capability.HPOS, "meta_data=2+elements meta_data.0.key= meta_data.1.key=k"},
		{"10.6.2", capability.Posts, "meta_data=1+elements meta_data.0.key=k"},
	} {
		shop := shoptest.New(t, func(config *shoptest.Config) { config.Version, config.Storage = c.version, c.storage })
		order := shop.Order(sent)
		order.Shows(c.want)
		path := "/wc/v3/orders/" + order.At("id")
		shop.Ask("PUT", path, `{"meta_data":[{"value":"again"}]}`)
		shop.Ask("GET", path, "").Shows(c.want)
	}
}
