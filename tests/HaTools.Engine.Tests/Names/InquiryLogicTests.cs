using HaTools.Engine.Names;
using HaTools.Engine.Tests.DnsWire;

namespace HaTools.Engine.Tests.Names;

/// <summary>How a question goes from one name server to the next.</summary>
public sealed class InquiryLogicTests
{
    private const ushort Id = 0x1234, Next = 0x5678;

    private static readonly NameQuestion App = NameQuestion.Addresses("app.example", 4);

    private static readonly byte[] Question = App.ToQuery();

    private static readonly byte[] Address = DnsReply.Record(DnsReply.SameName, NameQuestion.A, 192, 0, 2, 1);

    [Fact]
    public void A_query_has_an_id_and_says_how_long_an_answer_may_be()
    {
        byte[] query = InquiryLogic.QueryOf(InquiryLogic.Begin(1, Id).State, Question);
        Assert.Equal([0x12, 0x34, .. Question[2..11], 1, .. Question[12..], 0, 0, 41, 0x04, 0xD0, 0, 0, 0, 0, 0, 0], query);
    }

    [Fact]
    public void The_first_answer_counts_also_that_there_is_no_such_name()
    {
        InquiryState state = InquiryLogic.Begin(2, Id).State;
        Assert.IsType<NameResult.Found>(Received(state, Reply(state, 0, 0, Address)).Result);
        Assert.IsType<NameResult.Empty>(Received(state, Reply(state, 3)).Result);
    }

    [Theory]
    [InlineData(0, 0xFF)]
    [InlineData(1, 0xFF)]
    [InlineData(2, 0x01)]
    [InlineData(14, (byte)'x')]
    [InlineData(26, 28)]
    public void What_does_not_answer_the_question_is_passed_over_by_UDP_and_ends_a_stream(int at, byte value)
    {
        InquiryState state = InquiryLogic.Begin(2, Id).State;
        byte[] other = Reply(state, 0, 0, Address);
        other[at] = value;
        InquiryStep step = Received(state, other);
        Assert.Equal((InquiryAct.Wait, 1), (step.Act, step.State.PassedOver));
        step = Received(state with { IsStream = true }, other);
        Assert.Equal((InquiryAct.Send, 1), (step.Act, step.State.Server));
        Assert.False(step.State.IsStream);
    }

    [Fact]
    public void A_truncated_answer_is_asked_for_by_TCP()
    {
        InquiryState state = InquiryLogic.Begin(2, Id).State;
        InquiryStep step = Received(state, Reply(state, 0, DnsReply.Truncated, Address));
        Assert.Equal((InquiryAct.Send, 0, true, Next), (step.Act, step.State.Server, step.State.IsStream, step.State.Id));
        step = Received(step.State, Reply(step.State, 0, DnsReply.Truncated, Address));
        Assert.Equal((InquiryAct.Send, 1, false), (step.Act, step.State.Server, step.State.IsStream));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void One_that_knows_no_extension_is_asked_without(int code)
    {
        InquiryState state = InquiryLogic.Begin(2, Id).State;
        InquiryStep step = Received(state, Reply(state, code));
        Assert.Equal((InquiryAct.Send, 0, true), (step.Act, step.State.Server, step.State.IsPlain));
        Assert.Equal([0x56, 0x78, .. Question[2..]], InquiryLogic.QueryOf(step.State, Question));
        step = Received(step.State, Reply(step.State, code));
        Assert.Equal((1, false), (step.State.Server, step.State.IsPlain));
    }

    [Fact]
    public void All_are_asked_twice_and_the_last_one_s_fault_is_told()
    {
        List<int> asked = [];
        InquiryStep step = InquiryLogic.Begin(3, Id);
        for (; step.Act == InquiryAct.Send; step = step.State.Server == 1 ? Received(step.State, Reply(step.State, 5), 3) : InquiryLogic.Failed(step.State, 3, "silence", Next)) asked.Add(step.State.Server);
        Assert.Equal([0, 1, 2, 0, 1, 2], asked);
        Assert.Equal(new NameResult.Failed("silence"), step.Result);
        Assert.Equal(new NameResult.Failed("it answers with SERVFAIL"), Received(new InquiryState(1, 1, Id), Reply(new InquiryState(1, 1, Id), 2)).Result);
    }

    [Fact]
    public void A_malformed_answer_has_the_next_one_asked()
    {
        InquiryState state = InquiryLogic.Begin(2, Id).State;
        Assert.Equal(1, Received(state, Reply(state, 0, 0, Address)[..^1]).State.Server);
        byte[] headAlone = [0x12, 0x34, 0x80, 0x03, 0, 0, 0, 0, 0, 0, 0, 0];
        Assert.Equal(1, Received(state, headAlone).State.Server);
    }

    [Fact]
    public void Who_refers_to_others_has_the_next_one_asked()
    {
        InquiryState state = InquiryLogic.Begin(2, Id).State;
        byte[] referral = Reply(state, 0, 0, DnsReply.Record([7, .. "example"u8, 0], 2, [2, .. "ns"u8, 0]));
        (referral[3], referral[7], referral[9]) = (0, 0, 1);
        InquiryStep step = Received(state, referral);
        Assert.Equal((InquiryAct.Send, 1), (step.Act, step.State.Server));
    }

    [Fact]
    public void Without_a_name_server_there_is_nobody_to_ask() => Assert.IsType<NameResult.Failed>(InquiryLogic.Begin(0, Id).Result);

    private static InquiryStep Received(InquiryState state, byte[] message, int servers = 2) => InquiryLogic.Received(state, servers, Question, App.Type, message, Next);

    private static byte[] Reply(InquiryState state, int code = 0, int flags = 0, params byte[][] records) =>
        DnsReply.To([(byte)(state.Id >> 8), (byte)state.Id, .. Question[2..]], code, flags, records);
}
