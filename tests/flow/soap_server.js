// A document system on another stack: node-soap serves the shipped WSDL over a few objects in memory.
// usage: node soap_server.js <folder of node_modules> <WSDL file>; prints its port.
const [modules, wsdl] = process.argv.slice(2);
const crypto = require("crypto");
const fs = require("fs");
const http = require("http");
const soap = require(require.resolve("soap", { paths: [modules] }));

const NIL = { attributes: { "xsi:nil": "true", "xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance" } };
const ok = (fields) => ({ MaLoi: "0", ThongBao: "", ...fields });
const missing = { MaLoi: "error_data_not_found", ThongBao: "Không tìm thấy" };
const text = (value) => (value && typeof value === "object" ? value.$value ?? "" : value ?? "");
const nothing = (value) => text(value) === "" || (value.attributes && value.attributes["xsi:nil"]);
const day = (value) => (value instanceof Date ? value.toISOString().slice(0, 10) : nothing(value) ? NIL : String(text(value)));
const NOW = "2026-11-16T08:30:00";
const statuses = [["1", "Chưa thực hiện"], ["21", "Chờ xác nhận"]];
const accounts = [{ Ma: "8000", MaNguoiDung: "1000", HoTen: "Tài khoản tích hợp", ChucVu: "Dịch vụ", MaDonVi: "1", TenDonVi: "Văn phòng", BiKhoa: false }];
const units = [["1", "Văn phòng"], ["3", "Sở Nội vụ"], ["4", "Sở Tài chính"]].map(([Ma, Ten]) => ({ Ma, Ten, TuNgay: NIL, DenNgay: NIL }));
const documents = Array.from({ length: 7 }, (_, n) => ({
  Ma: String(n + 1), SoKyHieu: `${n + 1}/CT-UBND`, TrichYeu: "Về rà soát <biên chế> & tài sản", HinhThuc: "Chỉ thị",
  CoQuanBanHanh: "UBND tỉnh Sông Lam", NgayBanHanh: "2026-11-1" + n, TrangThai: "DA_PHAT_HANH", DoMat: "Thường",
  HanXuLy: NIL, Tep: [], NhatKy: [],
}));
const jobs = [];
const files = new Map();
const changes = [];
const by = (rows, id) => rows.find((row) => row.Ma === String(text(id)));
const after = (rows, args) => {
  const rest = rows.filter((row) => Number(row.Ma) > Number(nothing(args.sauMa) ? 0 : text(args.sauMa)));
  const count = Number(text(args.soDong));
  return [rest.slice(0, count), rest.length > count];
};
const step = (rows, more) => rows.push({ Ma: String(rows.length + 1), ThoiDiem: NOW, MaNguoiDung: "1000", HoTen: "Tài khoản tích hợp", ...more });
const entry = (job, action, status, comment) => step(job.TienTrinh, { HanhDong: action, MaTrangThai: status, NoiDung: comment, HanMoi: NIL });

const operations = {
  LayThongTinTaiKhoan: () => ok({ TaiKhoan: accounts[0] }),
  LayDanhMuc: () => ok({ Muc: statuses.map(([Ma, Ten]) => ({ Ma, Ten })) }),
  LayDanhSachDonVi: () => ok({ DonVi: units }),
  LayDanhSachTaiKhoan: () => ok({ TaiKhoan: accounts }),
  LayDanhSachVanBan: (args) => { const [VanBan, ConNua] = after(documents, args); return ok({ VanBan, ConNua }); },
  LayVanBan: (args) => { const VanBan = by(documents, args.ma); return VanBan ? ok({ VanBan }) : missing; },
  LayDanhSachCongViec: (args) => {
    const word = text(args.tuKhoa);
    const [CongViec, ConNua] = after(jobs.filter((job) => (job.Ten + job.NoiDung).includes(word)), args);
    return ok({ CongViec, ConNua });
  },
  LayCongViec: (args) => { const CongViec = by(jobs, args.ma); return CongViec ? ok({ CongViec }) : missing; },
  LayThayDoi: () => ok({ ThayDoi: changes, SoCuoi: 0 }),
  TaiTep: (args) => {
    const file = files.get(String(text(args.ma)));
    return file ? ok({ Ten: file.name, KichThuoc: file.content.length, NoiDung: file.content.toString("base64") }) : missing;
  },
  TaoCongViec: (args) => {
    const others = [].concat(args.donViPhoiHop ?? []).map(text);
    const line = (unit, n) => ({ Ma: `${jobs.length + 1}${n}`, VaiTro: n ? "PHOI_HOP" : "CHU_TRI", MaDonVi: unit, Ten: by(units, unit).Ten, MaTrangThai: "1", TrangThai: "Chưa thực hiện", HanXuLy: day(args.hanXuLy) });
    const job = { Ma: String(jobs.length + 1), MaVanBan: text(args.maVanBan), Ten: text(args.ten), NoiDung: text(args.noiDung), HanXuLy: day(args.hanXuLy), TrangThai: "Chưa thực hiện", DaHuy: false, Dong: [text(args.donViChuTri), ...others].map(line), TienTrinh: [] };
    entry(job, "Giao việc", "", "");
    jobs.push(job);
    return ok({ MaCongViec: job.Ma });
  },
  SuaCongViec: (args) => { Object.assign(by(jobs, args.ma), { Ten: text(args.ten), NoiDung: text(args.noiDung), HanXuLy: day(args.hanXuLy) }); return ok({}); },
  CapNhatTrangThaiCongViec: (args) => {
    const job = by(jobs, args.ma), code = text(args.maTrangThai), name = statuses.find(([Ma]) => Ma === code)[1];
    Object.assign(by(job.Dong, args.maDong), { MaTrangThai: code, TrangThai: name });
    job.TrangThai = name;
    entry(job, "Cập nhật trạng thái", code, "");
    return ok({});
  },
  GuiYKienCongViec: (args) => { entry(by(jobs, args.ma), "Gửi ý kiến", "", text(args.noiDung)); return ok({}); },
  GuiYKienVanBan: (args) => { step(by(documents, args.maVanBan).NhatKy, { HanhDong: "Ý kiến", NoiDung: text(args.noiDung) }); return ok({}); },
  GuiTep: (args) => {
    const id = String(files.size + 1), document = by(documents, args.maVanBan), content = Buffer.from(text(args.noiDung), "base64");
    files.set(id, { name: text(args.tenTep), content });
    document.Tep.push({ Ma: id, Ten: text(args.tenTep), KichThuoc: content.length, LienQuan: true });
    step(document.NhatKy, { HanhDong: "Ý kiến", NoiDung: text(args.ghiChu) });
    return ok({ MaTep: id });
  },
};
const port = Object.fromEntries(Object.entries(operations).map(([name, act]) => [name, (args) => ({ [`${name}Result`]: act(args ?? {}) })]));
const server = http.createServer((_, answer) => { answer.statusCode = 404; answer.end(); });
server.listen(0, "127.0.0.1", () => {
  const listening = soap.listen(server, { path: "/Services/VanBan.asmx", services: { VanBan: { VanBanSoap: port, VanBanSoap12: port } }, xml: fs.readFileSync(wsdl, "utf8"), uri: wsdl, callback: () => process.stdout.write(`${server.address().port}\n`) });
  listening.authenticate = (security) => {
    const token = security.UsernameToken, given = token.Password.$value ?? token.Password;
    const nonce = Buffer.from(text(token.Nonce), "base64");
    const wanted = crypto.createHash("sha1").update(nonce).update(text(token.Created)).update("mat-khau").digest("base64");
    return token.Username === "tdcd" && given === wanted;
  };
});
