package import Schema
package struct AccessChange { package var gained: [Access] = []; package var lost: [Access] = []; package init(from: [Value], to: [Value]) {} }
