def test_x(client, db):
    assert client.get("/healthz").status_code == 200
    print(client.get("/readyz").json())
