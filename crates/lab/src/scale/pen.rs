//! Fast writing of rows: no text is made only to be copied.

use crate::clock::{DAY, HOUR, MINUTE, Ms, SECOND, shown};
use crate::rng::Rng;

/// The texts of a day that rows repeat.
pub(super) struct Today {
    pub(super) start: Ms,
    /// `2021-03-01`.
    date: String,
    /// The same in thirty days: until then a cookie of the back end is good.
    pub(super) in_a_month: String,
    /// `Mon, 1 Mar 2021`.
    pub(super) in_mail: String,
}

impl Today {
    /// The day that begins then.
    pub(super) fn new(start: Ms) -> Self {
        let date = |time| shown(time, "%Y-%m-%d");
        Self { start, date: date(start), in_a_month: date(start + 30 * DAY), in_mail: shown(start, "%a, %-d %b %Y") }
    }
}

/// An identifier.
#[derive(Clone, Copy)]
pub(super) struct Guid([u8; 36]);

const HEX: &[u8; 16] = b"0123456789abcdef";

impl Guid {
    /// A new one.
    pub(super) fn new(rng: &mut Rng) -> Self {
        let mut bits = u128::from(rng.next()) << 64 | u128::from(rng.next());
        let mut text = [b'-'; 36];
        for (n, byte) in text.iter_mut().enumerate() {
            match n {
                8 | 13 | 18 | 23 => {}
                14 => *byte = b'4',
                _ => {
                    *byte = HEX[(bits & 15) as usize];
                    bits >>= 4;
                }
            }
        }
        Self(text)
    }

    /// Its text.
    pub(super) fn text(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

/// Writes one row.
pub(super) struct Pen<'a> {
    pub(super) out: &'a mut Vec<u8>,
    pub(super) today: &'a Today,
}

impl Pen<'_> {
    /// A text.
    pub(super) fn text(&mut self, text: &str) -> &mut Self {
        self.out.extend_from_slice(text.as_bytes());
        self
    }

    /// Several texts.
    pub(super) fn texts(&mut self, texts: &[&str]) -> &mut Self {
        for text in texts {
            self.out.extend_from_slice(text.as_bytes());
        }
        self
    }

    /// A number.
    pub(super) fn number(&mut self, n: u64) -> &mut Self {
        let (mut digits, mut at, mut n) = ([0u8; 20], 20, n);
        loop {
            at -= 1;
            digits[at] = b'0' + (n % 10) as u8;
            n /= 10;
            if n == 0 {
                break;
            }
        }
        self.out.extend_from_slice(&digits[at..]);
        self
    }

    /// A number and the comma after it.
    pub(super) fn cell(&mut self, n: u64) -> &mut Self {
        self.number(n).text(",")
    }

    /// An identifier.
    pub(super) fn guid(&mut self, guid: &Guid) -> &mut Self {
        self.out.extend_from_slice(&guid.0);
        self
    }

    /// `2021-03-01T10:00:00.000Z`; a moment outside the day is taken to its edge.
    pub(super) fn iso(&mut self, time: Ms) -> &mut Self {
        self.clock(time, "T");
        let millis = self.within(time) % SECOND.unsigned_abs();
        self.out.push(b'.');
        self.out.push(b'0' + (millis / 100) as u8);
        self.two(millis % 100).text("Z")
    }

    /// `2021-03-01 10:00:00`.
    pub(super) fn w3c(&mut self, time: Ms) -> &mut Self {
        self.clock(time, " ")
    }

    fn clock(&mut self, time: Ms, between: &str) -> &mut Self {
        let within = self.within(time);
        let today = self.today;
        self.texts(&[&today.date, between]).two(within / HOUR.unsigned_abs()).text(":");
        self.two(within / MINUTE.unsigned_abs() % 60).text(":").two(within / SECOND.unsigned_abs() % 60)
    }

    /// Milliseconds since midnight.
    fn within(&self, time: Ms) -> u64 {
        (time - self.today.start).clamp(0, DAY - 1).unsigned_abs()
    }

    fn two(&mut self, n: u64) -> &mut Self {
        self.out.extend_from_slice(&[b'0' + (n / 10 % 10) as u8, b'0' + (n % 10) as u8]);
        self
    }

    /// The end of a line.
    pub(super) fn end(&mut self) {
        self.text("\r\n");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::{at, day};

    #[test]
    fn rows_are_written_as_the_slow_way_writes_them() {
        let today = Today::new(day(2021, 3, 1));
        let mut out = Vec::new();
        let time = at(2021, 3, 1, 9, 8, 7) + 65;
        let mut pen = Pen { out: &mut out, today: &today };
        pen.iso(time).text(" ").w3c(time).text(" ").number(0).text(" ").number(u64::MAX).text(" ").iso(0).end();
        let text = String::from_utf8(out).unwrap();
        let expected =
            format!("{} 2021-03-01 09:08:07 0 {} 2021-03-01T00:00:00.000Z\r\n", crate::clock::iso(time), u64::MAX);
        assert_eq!(text, expected);
        assert_eq!(today.in_mail, "Mon, 1 Mar 2021");
    }

    #[test]
    fn identifiers_differ_and_look_like_identifiers() {
        let mut rng = Rng::new(1, "guid");
        let all: std::collections::BTreeSet<String> = (0..1000).map(|_| Guid::new(&mut rng).text().into()).collect();
        assert_eq!(all.len(), 1000);
        assert!(all.iter().all(|g| g.len() == 36 && g.split('-').map(str::len).eq([8, 4, 4, 4, 12])));
    }
}
