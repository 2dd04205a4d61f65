package shop

import (
	"fmt"
	"testing"
)

func TestMetaDataIsChangedByIDAndByKey(t *testing.T) {
	t.Parallel()
	shop := newTestShop(t)
	order := shop.order(`{"meta_data":[{"key":"a","value":"1"},{"key":"b","value":{"deep":[1,true,null]}},{"key":"n","value":12},
		{"key":"_hidden","value":"x"},{"key":"gone","value":null}]}`)
	order.shows("meta_data=4+elements meta_data.0.key=_hidden meta_data.1.key=a meta_data.2.value.deep=3+elements meta_data.3.value=12")
	path := fmt.Sprintf("/wc/v3/orders/%d", order.id())
	id := order.at("meta_data.1.id")
	shop.ask("PUT", path, `{"meta_data":[{"key":"a","value":"2"}]}`).shows("meta_data.1.id=" + id + " meta_data.1.value=2")
	shop.ask("PUT", path, `{"meta_data":[{"id":%s,"key":"renamed","value":"3"}]}`, id).
		shows("meta_data.3.id=" + id + " meta_data.3.key=renamed meta_data.3.value=3")
	shop.ask("PUT", path, `{"meta_data":[{"id":%s,"key":"renamed","value":null}]}`, id).shows("meta_data=3+elements")
	shop.ask("PUT", path, `{"meta_data":[{"id":999999,"key":"a","value":"new"}]}`).shows("meta_data=4+elements meta_data.1.value=new")
	shop.ask("PUT", path, `{"meta_data":[{"key":"a","value":null}]}`).shows("meta_data=3+elements")
	shop.ask("PUT", path, `{"meta_data":[{"key":"_transaction_id","value":"tx"}]}`).shows("transaction_id=tx meta_data=3+elements")
	list := "/wc/v3/orders?include=" + itoa(order.id())
	shop.ask("GET", list+"&include_meta=b,n", "").shows("0.meta_data=2+elements")
	shop.ask("GET", list+"&exclude_meta=b", "").shows("0.meta_data=2+elements 0.meta_data.1.key=n")
	shop.ask("GET", path+"?include_meta=b,n", "").shows("meta_data=0+elements") // only lists take it apart
}

func TestMetaOfLinesShowsWhatPeopleRead(t *testing.T) {
	t.Parallel()
	shop := newTestShop(t)
	p := shop.product("10.00")
	shop.order(`{"line_items":[{"product_id":%d,"meta_data":[{"key":"Gift note","value":"a & b"},{"key":"_line_total","value":"5"}]}]}`, p.ID).
		shows("line_items.0.meta_data=1+elements line_items.0.meta_data.0.display_key=Gift+note line_items.0.meta_data.0.value=a+&+b")
}
