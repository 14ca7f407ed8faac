using HaTools.Linux.Bpf;
using static HaTools.Linux.Bpf.BpfRegister;

namespace HaTools.Linux.Tests.Bpf;

/// <summary>Instructions as Documentation/bpf/standardization/instruction-set.rst has them, on a host whose low byte comes first.</summary>
public class BpfAssemblerTests
{
    public static TheoryData<string, string> Instructions => new()
    {
        { "mov r3 = -2", "b703 0000 feffffff" },
        { "mov r3 = r7", "bf73 0000 00000000" },
        { "mov r2 = 0x1122334455667788", "1802 0000 88776655 0000 0000 44332211" },
        { "add r2 += 5", "0702 0000 05000000" },
        { "sub r4 -= 40", "1704 0000 28000000" },
        { "and r1 &= 15", "5701 0000 0f000000" },
        { "and r1 &= r2", "5f21 0000 00000000" },
        { "lsh r2 <<= 2", "6702 0000 02000000" },
        { "ldx u8 r2 = [r10-136]", "71a2 78ff 00000000" },
        { "ldx u16 r2 = [r1+2]", "6912 0200 00000000" },
        { "ldx u32 r1 = [r8+0]", "6181 0000 00000000" },
        { "ldx u64 r1 = [r9+24]", "7991 1800 00000000" },
        { "st u64 [r10-128] = 0", "7a0a 80ff 00000000" },
        { "st u32 [r8+0] = 1", "6208 0000 01000000" },
        { "stx u32 [r10-140] = r7", "637a 74ff 00000000" },
        { "stx u64 [r9+0] = r0", "7b09 0000 00000000" },
        { "fetch-add u64 [r9+8] += r1", "db19 0800 01000000" },
        { "call 26", "8500 0000 1a000000" },
        { "exit", "9500 0000 00000000" },
    };

    [Theory]
    [MemberData(nameof(Instructions))]
    public void An_instruction_is_written_as_the_instruction_set_has_it(string instruction, string bytes)
    {
        var asm = new BpfAssembler();
        Write(asm, instruction);
        Assert.Equal(bytes.Replace(" ", "", StringComparison.Ordinal), Hex(asm.Assemble()));
    }

    [Fact]
    public void A_jump_is_measured_from_the_instruction_after_it_and_a_wide_one_counts_twice()
    {
        var asm = new BpfAssembler();
        int start = asm.Label(), end = asm.Label();
        asm.Mark(start);
        asm.JumpIf(R1, BpfCondition.NotEqual, R2, end);
        asm.Move(R0, 1UL);
        asm.JumpIf(R1, BpfCondition.Less, 7, start);
        asm.Jump(end);
        asm.Mark(end);
        asm.Exit();
        Assert.Equal("5d21040000000000" + "18000000010000000000000000000000" + "a501fcff07000000" + "0500000000000000" + "9500000000000000", Hex(asm.Assemble()));
    }

    private static void Write(BpfAssembler asm, string instruction)
    {
        switch (instruction)
        {
            case "mov r3 = -2": asm.Move(R3, -2); break;
            case "mov r3 = r7": asm.Move(R3, R7); break;
            case "mov r2 = 0x1122334455667788": asm.Move(R2, 0x1122334455667788UL); break;
            case "add r2 += 5": asm.Add(R2, 5); break;
            case "sub r4 -= 40": asm.Subtract(R4, 40); break;
            case "and r1 &= 15": asm.And(R1, 15); break;
            case "and r1 &= r2": asm.And(R1, R2); break;
            case "lsh r2 <<= 2": asm.ShiftLeft(R2, 2); break;
            case "ldx u8 r2 = [r10-136]": asm.Load(BpfSize.Byte, R2, Frame, -136); break;
            case "ldx u16 r2 = [r1+2]": asm.Load(BpfSize.Half, R2, R1, 2); break;
            case "ldx u32 r1 = [r8+0]": asm.Load(BpfSize.Word, R1, R8, 0); break;
            case "ldx u64 r1 = [r9+24]": asm.Load(BpfSize.Double, R1, R9, 24); break;
            case "st u64 [r10-128] = 0": asm.Store(BpfSize.Double, Frame, -128, 0); break;
            case "st u32 [r8+0] = 1": asm.Store(BpfSize.Word, R8, 0, 1); break;
            case "stx u32 [r10-140] = r7": asm.Store(BpfSize.Word, Frame, -140, R7); break;
            case "stx u64 [r9+0] = r0": asm.Store(BpfSize.Double, R9, 0, R0); break;
            case "fetch-add u64 [r9+8] += r1": asm.AtomicAdd(R9, 8, R1); break;
            case "call 26": asm.Call(26); break;
            case "exit": asm.Exit(); break;
            default: throw new ArgumentException(instruction, nameof(instruction));
        }
    }

    private static string Hex(bpf_insn[] program) => string.Concat(program.Select(i =>
        $"{i.code:x2}{i.registers:x2}{Convert.ToHexStringLower(BitConverter.GetBytes(i.off))}{Convert.ToHexStringLower(BitConverter.GetBytes(i.imm))}"));
}
