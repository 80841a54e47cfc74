namespace Cafe.Packs.Manifest;

internal static class AssistantRules
{
    private const int MaxVocabulary = 1 << 22;
    private const int MaxPositions = 1 << 20;
    private const int MaxText = 1 << 16;
    private const int MaxLeads = 64;
    private const int MaxStopWords = 1024;
    private const int MaxNamingWord = 64;

    public static void Check(AssistantSection assistant, PartFiles files)
    {
        Rule.Text(assistant.Architecture, "llama", "assistant.architecture");
        Rule.Between(assistant.HiddenSize, 1, EncoderRules.MaxDimension, "assistant.hidden_size");
        Rule.Between(assistant.NumHiddenLayers, 1, 1000, "assistant.num_hidden_layers");
        Rule.Between(assistant.NumAttentionHeads, 1, 1024, "assistant.num_attention_heads");
        Rule.Between(assistant.NumKeyValueHeads, 1, assistant.NumAttentionHeads, "assistant.num_key_value_heads");
        Rule.That(assistant.NumAttentionHeads % assistant.NumKeyValueHeads == 0, "assistant.num_key_value_heads", $"a divisor of {assistant.NumAttentionHeads}", assistant.NumKeyValueHeads);
        Rule.Between(assistant.HeadDim, 1, 1024, "assistant.head_dim");
        Rule.Between(assistant.VocabSize, 1, MaxVocabulary, "assistant.vocab_size");
        Rule.Between(assistant.MaxPositions, 1, MaxPositions, "assistant.max_positions");
        Rule.Between(assistant.SemanticWidth, 1, EncoderRules.MaxDimension, "assistant.semantic_width");
        Rule.Known(assistant.CacheDtype, "assistant.cache_dtype");
        Rule.Known(assistant.ImageTokenPosition, "assistant.image_token_position");
        files.Listed(assistant.Graph, "assistant.graph");
        files.Listed(assistant.VisionProjection, "assistant.vision_projection");
        files.Listed(assistant.SemanticHead, "assistant.semantic_head");
        Rows(assistant.EmbedTokens, [assistant.VocabSize, assistant.HiddenSize], files, "assistant.embed_tokens");
        Rows(assistant.ImageToken, [assistant.HiddenSize], files, "assistant.image_token");
        Tokenizer(assistant, files);
        Template(assistant.ChatTemplate);
        Rule.MaxLength(assistant.SystemPrompt, MaxText, "assistant.system_prompt");
        Rule.Between(assistant.MaxReplyTokens, 1, assistant.MaxPositions, "assistant.max_reply_tokens");
        Rule.Between(assistant.Temperature, 0, 2, "assistant.temperature");
        Rule.That(assistant.TopP is > 0 and <= 1, "assistant.top_p", "above 0 to 1", assistant.TopP);
        Rule.Between(assistant.CopyBias ?? 0, 0, 20, "assistant.copy_bias");
        Words(assistant.Naming ?? new Naming());
    }

    private static void Rows(RawRows rows, long[] shape, PartFiles files, string field)
    {
        Rule.That(rows.Shape.SequenceEqual(shape), $"{field}.shape", $"[{string.Join(", ", shape)}]", string.Join(", ", rows.Shape.Take(4)));
        files.Rows(rows.Path, rows.Dtype, rows.Shape, field);
    }

    private static void Tokenizer(AssistantSection assistant, PartFiles files)
    {
        var tokenizer = assistant.Tokenizer;
        Rule.Text(tokenizer.Kind, "sentencepiece", "assistant.tokenizer.kind");
        files.Listed(tokenizer.Path, "assistant.tokenizer.path");
        Rule.Between(tokenizer.BosTokenId, 0, assistant.VocabSize - 1, "assistant.tokenizer.bos_token_id");
        Rule.Between(tokenizer.EosTokenIds.Count, 1, 16, "assistant.tokenizer.eos_token_ids (their number)");
        foreach (var id in tokenizer.EosTokenIds)
        {
            Rule.Between(id, 0, assistant.VocabSize - 1, "assistant.tokenizer.eos_token_ids");
        }
    }

    private static void Words(Naming naming)
    {
        Rule.Between(naming.Leads.Count, 0, MaxLeads, "assistant.naming.leads (their number)");
        Rule.Between(naming.StopWords.Count, 0, MaxStopWords, "assistant.naming.stop_words (their number)");
        Rule.Between(naming.Determiners.Count, 0, MaxLeads, "assistant.naming.determiners (their number)");
        Lower(naming.Leads.Keys, "assistant.naming.leads");
        Lower(naming.Determiners, "assistant.naming.determiners");
        Lower(naming.StopWords, "assistant.naming.stop_words");

        foreach (var word in naming.Leads.Values)
        {
            Word(word, "assistant.naming.leads");
        }

        if (naming.Unnamed is { } unnamed)
        {
            Word(unnamed, "assistant.naming.unnamed");
        }

        static void Lower(IEnumerable<string> words, string field)
        {
            foreach (var word in words)
            {
                Word(word, field);
                Rule.That(!word.Any(char.IsUpper), field, "words in lower case", word);
            }
        }

        static void Word(string word, string field)
        {
            Rule.That(word is { Length: > 0 } && word.All(char.IsLetterOrDigit), field, "words of letters and digits", word);
            Rule.MaxLength(word, MaxNamingWord, field);
        }
    }

    private static void Template(ChatTemplate template)
    {
        Piece(template.System, "system");
        Piece(template.User, "user");
        Piece(template.Assistant, "assistant");
        Rule.That(template.User.Contains("{image}", StringComparison.Ordinal), "assistant.chat_template.user", "a text with {image}", template.User);

        static void Piece(string text, string name)
        {
            Rule.MaxLength(text, MaxText, $"assistant.chat_template.{name}");
            Rule.That(text.Contains($"{{{name}}}", StringComparison.Ordinal), $"assistant.chat_template.{name}", $"a text with {{{name}}}", text);
        }
    }
}
