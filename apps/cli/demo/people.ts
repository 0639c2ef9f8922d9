import { chance, pick, whole, type Rng } from './rng.js';

/*
 * Generated names: common parts put together at random, Vietnamese and Khmer as in Trà Vinh. No one in particular. Paper
 * numbers begin with 000 and phone numbers with 000, which nobody is issued.
 */

const FAMILY = (
  'Nguyễn Trần Lê Phạm Huỳnh Phan Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý Trương Lâm Mai Đoàn Cao Châu Thạch Kim Sơn Kiên ' +
  'Nguyễn Trần Lê Thạch Kim'
).split(' ');
const MIDDLE_WOMEN = 'Thị Thị Thị Ngọc Thu Thanh Mỹ Kim Bích Hồng'.split(' ');
const MIDDLE_MEN = 'Văn Văn Văn Minh Hoàng Thanh Quốc Hữu Đức Tấn'.split(' ');
const GIVEN_WOMEN =
  'Lan Hoa Mai Hương Hạnh Thảo Trang Linh Nga Hằng Dung Yến Oanh Phượng Loan Tuyết Diễm Nhung Chi Sophea'.split(
    ' ',
  );
const GIVEN_MEN =
  'Hùng Dũng Tuấn Nam Sơn Hải Long Phúc Tâm Thành Bình Khoa Nghĩa Đạt Lợi Trí Toàn Hiếu Vinh Sombat'.split(
    ' ',
  );
const HAMLET = ['Ấp', 'Khóm'];

export interface Person {
  name: string;
  paperNumber: string;
  address: string;
  phone: string;
}

/** A generated applicant living in the named places, smallest first. */
export function createPerson(rng: Rng, places: readonly string[]): Person {
  const woman = chance(rng, 0.5);
  const name = [
    pick(rng, FAMILY),
    pick(rng, woman ? MIDDLE_WOMEN : MIDDLE_MEN),
    pick(rng, woman ? GIVEN_WOMEN : GIVEN_MEN),
  ].join(' ');
  return {
    name,
    paperNumber: `000${digits(rng, 9)}`,
    address: [`${pick(rng, HAMLET)} ${whole(rng, 1, 12)}`, ...places].join(', '),
    phone: `000${digits(rng, 7)}`,
  };
}

/** The name as a hurried hand takes it down: two letters of the last word change places, or one is doubled. */
export function misspell(rng: Rng, name: string): string {
  const start = name.lastIndexOf(' ') + 1;
  const last = name.slice(start);
  const at = whole(rng, 0, last.length - 2);
  const swapped = last.slice(0, at) + last[at + 1]! + last[at]! + last.slice(at + 2);
  return name.slice(0, start) + (swapped === last || chance(rng, 0.3) ? `${last}${last.at(-1)!}` : swapped);
}

function digits(rng: Rng, length: number): string {
  return String(Math.floor(rng() * 10 ** length)).padStart(length, '0');
}
