using HaTools.Engine.DnsWire;

namespace HaTools.Engine.Names;

/// <summary>How far a question has come that goes from one name server to the next.</summary>
/// <param name="Server">The number of the one that is asked.</param>
/// <param name="Round">How often all of them were asked before.</param>
/// <param name="Id">The query's id.</param>
internal readonly record struct InquiryState(int Server, int Round, ushort Id)
{
    /// <summary>Whether it is asked by TCP, since its answer by UDP was truncated (RFC 7766).</summary>
    public bool IsStream { get; init; }

    /// <summary>Whether it is asked without an extension (RFC 6891), since it does not know any.</summary>
    public bool IsPlain { get; init; }

    /// <summary>How many messages came that did not answer it.</summary>
    public int PassedOver { get; init; }
}

/// <summary>What is to be done.</summary>
internal enum InquiryAct
{
    /// <summary>Go on waiting.</summary>
    Wait,

    /// <summary>Ask, by another socket, with the time for an answer from now on.</summary>
    Send,

    /// <summary>It is over.</summary>
    Done,
}

/// <summary>A step of a question.</summary>
/// <param name="State">How far it has come.</param>
/// <param name="Act">What is to be done.</param>
/// <param name="Result">What came of it, once it is over.</param>
internal readonly record struct InquiryStep(InquiryState State, InquiryAct Act, NameResult? Result = null);

/// <summary>
/// Asks one question of several name servers, pure: one after the other and all of them twice, by UDP, and by TCP where an answer is truncated. That there is no such name, one says for all; an
/// error, or silence, has the next one asked.
/// </summary>
internal static class InquiryLogic
{
    public const int Rounds = 2;

    /// <summary>What fits into every network's packets (RFC 9715), in bytes.</summary>
    public const int LongestDatagram = 1232;

    private const int NoError = 0, FormatError = 1, NameError = 3, NotImplemented = 4;

    /// <summary>The query to send.</summary>
    public static byte[] QueryOf(InquiryState state, ReadOnlySpan<byte> question)
    {
        byte[] query = state.IsPlain ? question.ToArray() : DnsQuery.Extended(question, LongestDatagram);
        (query[0], query[1]) = ((byte)(state.Id >> 8), (byte)state.Id);
        return query;
    }

    /// <param name="servers">How many name servers there are.</param>
    /// <param name="id">The query's id.</param>
    public static InquiryStep Begin(int servers, ushort id) =>
        servers == 0 ? new InquiryStep(default, InquiryAct.Done, new NameResult.Failed("there is no name server to ask")) : new InquiryStep(new InquiryState(0, 0, id), InquiryAct.Send);

    /// <summary>A message has come from the server.</summary>
    /// <param name="state">How far the question has come.</param>
    /// <param name="servers">How many name servers there are.</param>
    /// <param name="question">The question's query.</param>
    /// <param name="type">The type of records that it asks for.</param>
    /// <param name="bytes">The message.</param>
    /// <param name="nextId">The id of the next query, if there is one.</param>
    public static InquiryStep Received(InquiryState state, int servers, ReadOnlySpan<byte> question, int type, ReadOnlySpan<byte> bytes, ushort nextId)
    {
        byte[] query = [(byte)(state.Id >> 8), (byte)state.Id, .. question[2..]];
        var message = new DnsMessage(bytes);

        // Anybody may send a datagram; what comes by a connection the server itself has said.
        if (!message.Answers(query))
            return state.IsStream ? Failed(state, servers, "it sends what does not answer the question", nextId) : new InquiryStep(state with { PassedOver = state.PassedOver + 1 }, InquiryAct.Wait);
        int code = message.ResponseCode;
        if (code is FormatError or NotImplemented && !state.IsPlain) return new InquiryStep(state with { IsPlain = true, Id = nextId }, InquiryAct.Send);
        if (code is not (NoError or NameError)) return Failed(state, servers, $"it answers with {DnsResponseCode.NameOf(code)}", nextId);
        if (bytes.Length < question.Length) return Failed(state, servers, "its answer is malformed", nextId);
        if (message.IsTruncated)
            return state.IsStream ? Failed(state, servers, "its answer by TCP is truncated", nextId) : new InquiryStep(state with { IsStream = true, Id = nextId }, InquiryAct.Send);
        NameResult result = AnswerReader.Read(message, query, type);
        return result is NameResult.Failed failed ? Failed(state, servers, failed.Reason, nextId) : new InquiryStep(state, InquiryAct.Done, result);
    }

    /// <summary>The server has not answered in time, cannot be reached, or answers with an error.</summary>
    public static InquiryStep Failed(InquiryState state, int servers, string fault, ushort nextId)
    {
        bool isLast = state.Server + 1 == servers;
        if (isLast && state.Round + 1 == Rounds)
        {
            string passedOver = state.PassedOver == 0 ? "" : $"; {state.PassedOver} messages came that do not answer the question";
            return new InquiryStep(state, InquiryAct.Done, new NameResult.Failed(fault + passedOver));
        }

        return new InquiryStep(isLast ? new InquiryState(0, state.Round + 1, nextId) : new InquiryState(state.Server + 1, state.Round, nextId), InquiryAct.Send);
    }
}
