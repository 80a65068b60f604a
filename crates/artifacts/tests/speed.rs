//! How fast logs are read: `cargo test --release -p assize-artifacts --test speed -- --ignored --nocapture`.

#![allow(clippy::unwrap_used)]

mod common;

use assize_artifacts::{all, claiming};
use assize_model::Rows;
use common::{content, info, members, shared};
use std::fmt::Write;
use std::time::Instant;

fn time(path: &str, bytes: &[u8]) {
    let content = content();
    let artifacts = all(&content);
    let file = info(path, bytes);
    let artifact = claiming(&artifacts, &file)[0];
    let start = Instant::now();
    let mut sink = |_| Ok(());
    let mut rows = Rows::new(&artifact.layout().spec, &file, &mut sink);
    artifact.parse(&mut std::io::BufReader::with_capacity(1 << 20, bytes), &mut rows).unwrap();
    let counts = rows.end().unwrap().counts;
    let seconds = start.elapsed().as_secs_f64();
    let megabytes = bytes.len() as f64 / 1e6;
    println!("{path}: {} rows, {megabytes:.0} MB, {:.0} MB/s", counts.rows, megabytes / seconds);
}

#[test]
#[ignore = "a measurement"]
fn speed() {
    let mut iis = String::from(
        "#Software: Microsoft Internet Information Services 10.0\n#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Referer) sc-status sc-substatus sc-win32-status time-taken\n",
    );
    let mut proxy = String::from(
        "#Log-type: HttpProxy Logs\n#Fields: DateTime,RequestId,MajorVersion,MinorVersion,BuildVersion,RevisionVersion,ClientRequestId,UrlHost,UrlStem,AuthenticatedUser,AnchorMailbox,UserAgent,ClientIpAddress,HttpStatus,TotalRequestTime,UrlQuery,GenericInfo\n",
    );
    for i in 0..400_000u64 {
        let (h, m, s) = (i / 3600 % 24, i / 60 % 60, i % 60);
        let id = i.wrapping_mul(0x9E37_79B9_7F4A_7C15);
        writeln!(iis, "2021-03-03 {h:02}:{m:02}:{s:02} 10.0.0.5 POST /Microsoft-Server-ActiveSync/default.eas Cmd=Ping&User=user{}@example.org&DeviceId=A{id:X}&DeviceType=iPhone&CorrelationID=<empty>;&cafeReqId={id:016x}-56b5-0000-a9f7; 443 EXAMPLE\\user{} 192.0.{}.{} Apple-iPhone12C1/1804.{} - 200 0 0 {}", i % 3000, i % 3000, i % 250, i % 97, i % 50, i % 1000).unwrap();
        writeln!(proxy, "2021-03-03T{h:02}:{m:02}:{s:02}.{:03}Z,{id:016x}-56b5,15,1,2106,2,,mail.example.org,/mapi/emsmdb/,EXAMPLE\\user{},Sid~S-1-5-21-{},Microsoft Office/16.0,192.0.{}.{},200,{},?MailboxId={id:x}@example.org,BeginRequest=2021-03-03;CorrelationID=<empty>;ProxyState-Run=None;SharedCacheGuard=0;EndRequest=1;", i % 1000, i % 3000, i % 3000, i % 250, i % 97, i % 900).unwrap();
    }
    time("u_ex210303.log", iis.as_bytes());
    time("HttpProxy_2021.LOG", proxy.as_bytes());
    let Some(archive) = shared("evtx/format.tar.zst") else { return };
    for (name, bytes) in members(&archive).iter().filter(|(n, b)| n.ends_with(".evtx") && b.len() > 1 << 20) {
        time(name, bytes);
    }
}
