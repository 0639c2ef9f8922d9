import { createPerson, type Person } from '../../../apps/cli/demo/people.js';
import { chance, pick, whole, type Rng } from '../../../apps/cli/demo/rng.js';

/*
 * Names as a search meets them: a third of the people share one family name and a few middle names, given names run from
 * common to rare, and some names occur a handful of times in a million. Put together at random; no one in particular.
 */

const FAMILY = (
  'Nguyễn Nguyễn Nguyễn Nguyễn Nguyễn Nguyễn Nguyễn Nguyễn Nguyễn Trần Trần Trần Lê Lê Phạm Phạm Huỳnh Phan Võ Đặng Bùi ' +
  'Đỗ Hồ Ngô Dương Lý Thạch Kim Sơn Kiên Lâm Trương'
).split(' ');
const RARE_FAMILY = 'Âu Bành Ca Diệp Giáp Hàng Khưu Liêu Mạc Nghiêm Ong Phó Quách Tiêu Ung Viên'.split(' ');
const MIDDLE =
  'Văn Văn Văn Văn Thị Thị Thị Thị Thị Minh Hoàng Thanh Quốc Hữu Đức Ngọc Thu Mỹ Kim Bích Hồng'.split(' ');
const SECOND = 'An Bảo Diễm Gia Hải Khánh Lệ Nhật Phương Quỳnh Tuyết Xuân'.split(' ');
const GIVEN = (
  'Lan Hoa Mai Hương Hạnh Thảo Trang Linh Nga Hằng Dung Yến Oanh Phượng Loan Tuyết Diễm Nhung Chi Sophea Hùng Dũng Tuấn ' +
  'Nam Sơn Hải Long Phúc Tâm Thành Bình Khoa Nghĩa Đạt Lợi Trí Toàn Hiếu Vinh Sombat Ái Bền Cẩn Danh Đông Giàu Hậu Ích ' +
  'Kha Lượm Mẫn Nết Ơn Pha Quý Rinh Sậm Thoa Út Vạn Xinh Ý'
).split(' ');
const RARE_GIVEN = 'Bửu Chúc Đoan Hoài Khiêm Luyến Mừng Nhiệm Phấn Quận Riêm Sửu Thưởng Uyển Vệ Xoàn'.split(
  ' ',
);

/** A generated applicant living in the named places. */
export function createApplicant(rng: Rng, places: readonly string[]): Person {
  // The square of a draw: the first names of the list are common, the last ones hardly ever met.
  const given = chance(rng, 0.003) ? pick(rng, RARE_GIVEN) : GIVEN[Math.floor(rng() * rng() * GIVEN.length)]!;
  const name = [
    pick(rng, chance(rng, 0.004) ? RARE_FAMILY : FAMILY),
    pick(rng, MIDDLE),
    ...(chance(rng, 0.2) ? [pick(rng, SECOND)] : []),
    given,
  ].join(' ');
  return { ...createPerson(rng, places), name, paperNumber: `000${whole(rng, 0, 999_999_999)}` };
}
