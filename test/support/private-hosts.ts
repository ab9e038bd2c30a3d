/** Hosts that mean this machine, its network, or nobody, in forms that a browser's URL takes for hosts. */
const FORMS = {
  'this machine': `127.0.0.1 127.1 127.255.255.254 2130706433 0x7f000001 0177.0.0.1 0x7f.1 017700000001 0x7F.0x0.0x0.0x1
    0.0.0.0 0 0.1.2.3 localhost LOCALHOST 127.0.0.1.`,
  'a network of our own': `10.0.0.1 10.255.255.255 172.16.0.1 172.31.255.255 192.168.0.1 192.168.255.255 100.64.0.1
    100.127.255.255 0xa000001 10.1 172.16.1 192.168.257 0300.0250.0.1 0xc0.0xa8.0x0.0x1 3232235521 030052000001`,
  'what tells a machine its credentials': `169.254.169.254 169.254.170.2 0xa9fea9fe 2852039166 0251.0376.0251.0376
    169.254.43518 0xA9.0xFE.0xA9.0xFE 169.254.169.254. 169.254.0.0 [fd00:ec2::254]`,
  'no single machine': `192.0.0.1 192.0.2.1 198.18.0.1 198.19.255.255 198.51.100.7 203.0.113.9 224.0.0.1 239.255.255.250
    240.0.0.1 255.255.255.255 192.88.99.1 [ff02::1] [ff0e::1] [2001:db8::1] [3fff::1] [100::1] [5f00::1] [2001:2::1]
    [2001:10::1] [2001:20::1]`,
  'the same in IPv6': '[::] [::1] [0:0:0:0:0:0:0:1] [fe80::1] [fec0::1] [fc00::1] [fd12:3456::1]',
  'IPv4 inside IPv6': `[::ffff:127.0.0.1] [::ffff:7f00:1] [0:0:0:0:0:ffff:7f00:0001] [::ffff:10.0.0.1] [::ffff:0a00:1]
    [::ffff:192.168.0.1] [::ffff:100.64.0.1] [::ffff:169.254.169.254] [::ffff:0:0] [::127.0.0.1] [::ffff:0:127.0.0.1]`,
  'translated (NAT64), tunnelled (6to4, Teredo)': `[64:ff9b::7f00:1] [64:ff9b::a9fe:a9fe] [64:ff9b::192.168.0.1]
    [64:ff9b:1::1] [64:ff9b:1:fffe::a00:1] [2002:7f00:1::] [2002:a9fe:a9fe::] [2002:c0a8:1::1] [2001::1] [2001:0:7f00:1::]`,
  'other letters': `１２７.０.０.１ ①②⑦.⓪.⓪.① 127。0。0。1 １６９。２５４｡１６９．２５４ ⓛⓞⓒⓐⓛⓗⓞⓢⓣ loc\u00adalhost
    %31%32%37.0.0.1 127%2e0%2e0%2e1`,
  'beside something else': `127.0.0.1:8443 user:pw@127.0.0.1 hooks.example.org@169.254.169.254
    hooks.example.org:443@10.0.0.1 hooks.example.org%00@10.0.0.1`,
};

export const privateHosts: readonly string[] = Object.values(FORMS).flatMap((forms) => forms.split(/\s+/));
