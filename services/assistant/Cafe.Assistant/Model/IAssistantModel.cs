using Cafe.Assistant.Scheduling;
using Cafe.Packs.Manifest;
using Cafe.Packs.Tokenizers;

namespace Cafe.Assistant.Model;

/// <summary>The assistant's part of a pack, ready to run. The scheduler calls it; others read its sizes and tokenizer.</summary>
public interface IAssistantModel : IReplyModel, IDisposable
{
    /// <summary>The manifest's section.</summary>
    AssistantSection Section { get; }

    /// <summary>The pack's tokenizer.</summary>
    SentencePieceTokenizer Tokenizer { get; }

    /// <summary>Most tokens of one sequence.</summary>
    int MaxTokens { get; }

    /// <summary>Bytes of keys and values.</summary>
    long KvBytes { get; }

    /// <summary>Sequences in the cache.</summary>
    int Active { get; }
}
